//! What can be read is printed so that it reads the same.
#![no_main]

use dossier::syntax::{bracketed, format, parse, print};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(tree) = parse(text) else { return };
    for written in [print(&tree), format(text).expect("it was read")] {
        assert_eq!(parse(&written).expect("what is printed can be read"), tree, "{written}");
    }
    let written = bracketed(text).expect("it was read");
    match parse(&written) {
        // Brackets around everything may be more than there may be.
        Err(error) => assert_eq!(error.code(), "syntax::too_complex", "{written}"),
        Ok(again) => assert_eq!(again, tree, "{written}"),
    }
});
