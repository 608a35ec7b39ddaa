//! What can be read is printed so that it reads the same.
#![no_main]

use dossier::syntax::{bracketed, format, parse, print};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(tree) = parse(text) else { return };
    let texts = [print(&tree), format(text).expect("it was read"), bracketed(text).expect("it was read")];
    for written in texts {
        match parse(&written) {
            // A text within a few levels of what may be nested can get the bracket that is one too many.
            Err(error) => assert_eq!(error.code(), "syntax::too_complex", "{written}"),
            Ok(again) => assert_eq!(again, tree, "{written}"),
        }
    }
});
