//! What the values of a column are, where nobody says: seen from the first rows.

use super::kind::{Kind, integer};

/// What the texts seen so far of one column have in common.
#[derive(Clone, Copy, Debug)]
pub struct Detection {
    /// The kinds that all texts so far are of, as bits in the order of [`CANDIDATES`].
    possible: u8,
    any: bool,
}

/// The kinds that are recognised, the narrowest first.
const CANDIDATES: [Kind; 4] = [Kind::Integer, Kind::Float, Kind::Date, Kind::Boolean];

impl Default for Detection {
    fn default() -> Self {
        Detection { possible: (1 << CANDIDATES.len()) - 1, any: false }
    }
}

impl Detection {
    /// Takes one more text into account.
    pub fn see(&mut self, text: &str) {
        self.any = true;
        for (bit, kind) in CANDIDATES.into_iter().enumerate() {
            if self.possible >> bit & 1 == 1 && !is(kind, text) {
                self.possible &= !(1 << bit);
            }
        }
    }

    /// What the column is; text where nothing was seen or nothing fits.
    pub fn kind(self) -> Kind {
        let narrowest = self.possible.trailing_zeros() as usize;
        if self.any { CANDIDATES.get(narrowest).copied().unwrap_or(Kind::Text) } else { Kind::Text }
    }
}

/// Whether a text is plainly of the kind: what would come out differently from how it was written
/// (`007`, `+1`, ` 1`) is left a text.
fn is(kind: Kind, text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = digits == "0" || digits.starts_with(|c: char| matches!(c, '1'..='9'));
    match kind {
        Kind::Integer => plain && integer(text.as_bytes()).is_some() && !text.contains(' '),
        Kind::Float => {
            (plain || digits.starts_with("0.") || digits.starts_with("0e"))
                && digits
                    .bytes()
                    .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'-' | b'+'))
                && text.parse::<f64>().is_ok()
        }
        Kind::Date => text.len() == 10 && text.as_bytes()[4] == b'-' && kind.value(text).is_some(),
        Kind::Boolean => matches!(text, "true" | "false"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_the_narrowest_kind_that_all_its_texts_are() {
        let kind = |texts: &[&str]| {
            let mut detection = Detection::default();
            texts.iter().for_each(|text| detection.see(text));
            detection.kind()
        };
        assert_eq!(kind(&["1", "-20"]), Kind::Integer);
        assert_eq!(kind(&["1", "2.5"]), Kind::Float);
        assert_eq!(kind(&["0.5", "1e-3"]), Kind::Float);
        assert_eq!(kind(&["2008-08-26"]), Kind::Date);
        assert_eq!(kind(&["2008-08-26", "2008"]), Kind::Text);
        assert_eq!(kind(&["true", "false"]), Kind::Boolean);
        for text in ["007", "+1", "1 ", "", "nan", "inf", "1e", "99999999999999999999x"] {
            assert_eq!(kind(&[text]), Kind::Text, "{text}");
        }
        assert_eq!(kind(&[]), Kind::Text);
    }
}
