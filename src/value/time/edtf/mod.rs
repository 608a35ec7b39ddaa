//! Uncertain dates.

/// An uncertain date: an EDTF text of any level, and the set of days it allows.
#[derive(Clone, Debug, PartialEq)]
pub struct Edtf {
    text: std::sync::Arc<str>,
}

impl Edtf {
    /// Reads an EDTF text of any level (ISO 8601-2).
    pub fn parse(text: &str) -> crate::error::Result<Edtf> {
        let parsed = edtf_core::Edtf::parse(text).map_err(|error| {
            let message = format!("`{text}` is no date: {error}.");
            crate::error::Error::new(&crate::error::eval::TEMPORAL_TEXT, message)
        })?;
        Ok(Edtf { text: parsed.to_string().into() })
    }

    /// The canonical EDTF text.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}
