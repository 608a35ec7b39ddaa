//! What can be read is printed so that it reads the same.
#![no_main]

use dossier::syntax::{bracketed, format, parse, print};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(tree) = parse(text) else { return };
    let texts = [print(&tree), format(text).expect("it was read"), bracketed(text).expect("it was read")];
    for written in texts {
        assert_eq!(parse(&written).expect("what is printed can be read"), tree, "{written}");
    }
});
