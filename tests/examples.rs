//! The programs of `examples/` run, as parts of this binary.

use std::collections::BTreeSet;
use std::path::PathBuf;

macro_rules! examples {
    ($($name:ident $path:literal)+) => {
        $(
            #[path = $path]
            #[allow(missing_docs)]
            mod $name;

            #[test]
            fn $name() {
                $name::main().expect("an example succeeds");
            }
        )+

        #[test]
        fn no_example_is_forgotten() {
            let named: BTreeSet<_> = [$(concat!(stringify!($name), ".rs").to_owned()),+].into();
            let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("examples");
            let found = std::fs::read_dir(folder).expect("examples/ is readable").flatten();
            let found: BTreeSet<_> =
                found.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
            assert_eq!(found, named);
        }
    };
}

examples! {
    ask "../examples/ask.rs"
    evidence "../examples/evidence.rs"
    load_facts "../examples/load_facts.rs"
    petgraph_view "../examples/petgraph_view.rs"
    procedure "../examples/procedure.rs"
    query "../examples/query.rs"
    render "../examples/render.rs"
    snapshot "../examples/snapshot.rs"
    transaction "../examples/transaction.rs"
}
