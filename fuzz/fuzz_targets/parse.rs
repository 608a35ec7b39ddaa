//! Any text is read, bound and planned, or refused with a place, without a panic.
#![no_main]

use dossier::Store;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Err(error) = Store::memory().explain(text)
        && let Some(span) = error.span()
    {
        assert!(span.start <= span.end && span.end as usize <= text.len() + 1, "{span:?}");
    }
});
