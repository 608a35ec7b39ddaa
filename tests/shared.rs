//! Where the conformance suites and question sets lie that are not part of the repository.

use std::path::PathBuf;

/// The folder `name` of the shared material: below `DOSSIER_SHARED`, or beside the checkout.
///
/// Where it is absent this says so and gives `None`: a test that needs it then passes.
pub(crate) fn folder(name: &str) -> Option<PathBuf> {
    let base = std::env::var_os("DOSSIER_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let folder = base.join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: no ../shared");
    None
}
