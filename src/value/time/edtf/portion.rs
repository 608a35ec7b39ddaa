//! What is left of the time of a state when some days are taken out of it.
//!
//! ```text
//! 2008-08-26/..            without 2012          2008-08-26/2011-12-31 and 2013-01-01/..
//! 2011-09/2014-03-31       without 2013/..       2011-09/2012-12-31
//! 2011-09/2014-03-31       without 2011-09-10    depends: it may have begun before or after
//! ```
//!
//! The ends that stay keep their text, and with it what is not known of them. Whoever takes days out of a
//! state says that it held until then: what went on by presumption is certain up to the cut.

use edtf_core::IntervalEndpoint;

use super::day_set::{FIRST, LAST};
use super::{Edtf, endpoint};
use crate::value::time::Date;

/// From when to when, each with the first and the last day that is possible.
struct Stretch {
    begins: (i64, i64),
    ends: (i64, i64),
}

impl Edtf {
    /// The parts of a state's time that lie outside of a portion, in order; `None` where that
    /// depends on what is not known of either.
    ///
    /// ```
    /// use dossier::value::time::Edtf;
    /// let left = |time: &str, portion: &str| {
    ///     let left = Edtf::parse(time)?.without(&Edtf::parse(portion)?);
    ///     Ok::<_, dossier::Error>(left.map(|parts| parts.iter().map(|p| p.to_string()).collect::<Vec<_>>()))
    /// };
    /// let parts = left("2008-08-26/..", "2012")?.expect("known well enough");
    /// assert_eq!(parts, ["2008-08-26/2011-12-31", "2013-01-01/.."]);
    /// assert_eq!(left("2011-09/2014-03-31", "2011-09-10")?, None);
    /// assert_eq!(left("2011-09/2014-03-31", "2010/2015")?, Some(vec![]));
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn without(&self, portion: &Edtf) -> Option<Vec<Edtf>> {
        let (own, cut) = (self.stretch()?, portion.stretch()?);
        // All days of the portion go: those of a month as its beginning, too.
        let (first, last) = (cut.begins.0, cut.ends.1);
        if own.ends.1 < first || own.begins.0 > last {
            return Some(vec![self.clone()]);
        }
        let mut parts = Vec::new();
        if own.begins.0 < first {
            if own.begins.1 >= first || own.ends.0 < first - 1 {
                return None;
            }
            parts.push(format!("{}/{}", self.beginning()?, Date::from_days(first - 1)));
        }
        if own.ends.1 > last {
            if own.ends.0 <= last || own.begins.1 > last + 1 {
                return None;
            }
            parts.push(format!("{}/{}", Date::from_days(last + 1), self.ending()?));
        }
        parts.iter().map(|text| Edtf::parse(text).ok()).collect()
    }

    fn stretch(&self) -> Option<Stretch> {
        let is_vague = |text: &str| text.contains(['X', '~', '?', '%', '[', '{', 'S']);
        let days = |end: &IntervalEndpoint, open: i64| match end {
            IntervalEndpoint::Open => Some((open, open)),
            other => {
                endpoint(other).filter(|date| !is_vague(date.as_str())).map(|date| date.bounds())
            }
        };
        match self.value() {
            edtf_core::Edtf::Interval(interval) => {
                let ends = days(&interval.end, LAST)?;
                // Without a known beginning it may have begun on any day up to its end.
                let begins = match &interval.start {
                    IntervalEndpoint::Open => (FIRST, ends.1),
                    start => days(start, FIRST)?,
                };
                Some(Stretch { begins, ends })
            }
            _ if is_vague(self.as_str()) => None,
            // A state holds on all days of a date that is no interval.
            _ => {
                let (first, last) = self.bounds();
                Some(Stretch { begins: (first, first), ends: (last, last) })
            }
        }
    }

    /// The text of the beginning.
    fn beginning(&self) -> Option<String> {
        match self.value() {
            edtf_core::Edtf::Interval(interval) => Some(match endpoint(&interval.start) {
                Some(date) => date.as_str().to_owned(),
                None => "..".to_owned(),
            }),
            _ => Some(Date::from_days(self.bounds().0).to_string()),
        }
    }

    /// The text of the end.
    fn ending(&self) -> Option<String> {
        match self.value() {
            edtf_core::Edtf::Interval(interval) => Some(match endpoint(&interval.end) {
                Some(date) => date.as_str().to_owned(),
                None => "..".to_owned(),
            }),
            _ => Some(Date::from_days(self.bounds().1).to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::time::{Period, Temporality, Truth, ValidTime};

    /// Every state and portion of a small calendar, day by day: what is left holds where the state
    /// held and the portion is not, as sure as before; next to the cut it may be surer.
    #[test]
    fn what_is_left_holds_on_the_other_days() {
        let days: Vec<String> = (1..=6).map(|day| format!("2020-01-0{day}")).collect();
        let mut texts = vec!["2020-01".to_owned()];
        for (at, first) in days.iter().enumerate() {
            texts.extend([first.clone(), format!("{first}/.."), format!("../{first}")]);
            texts.extend(days[at..].iter().map(|last| format!("{first}/{last}")));
        }
        let parse = |text: &str| Edtf::parse(text).expect(text);
        let kind = Some(Temporality::State { persistent: true });
        let mut tried = 0;
        for state in &texts {
            for portion in &texts {
                let Some(parts) = parse(state).without(&parse(portion)) else {
                    // Only where the beginning is not known can it depend.
                    assert!(state.starts_with(".."), "{state} without {portion}");
                    continue;
                };
                let of = |edtf: &Edtf| ValidTime::new(Some(edtf), kind, None, None);
                let cut = Period::of(&parse(portion));
                for day in (-3..12).map(|n| Date::from_days(18_262 + n)) {
                    let before = of(&parse(state)).as_of(day);
                    let after =
                        parts.iter().map(|part| of(part).as_of(day)).fold(Truth::No, Truth::or);
                    let wanted = if cut.contains(day) { Truth::No } else { before };
                    assert!(
                        after == wanted || wanted == Truth::Presumed && after == Truth::Certain,
                        "{state} without {portion} on {day}: {parts:?}"
                    );
                    tried += 1;
                }
            }
        }
        assert!(tried > 10_000);
    }
}
