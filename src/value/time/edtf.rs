//! Uncertain dates.

/// An uncertain date: an EDTF text of any level, and the set of days it allows.
#[derive(Clone, Debug, PartialEq)]
pub struct Edtf {
    text: std::sync::Arc<str>,
}

impl Edtf {
    /// The canonical EDTF text.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}
