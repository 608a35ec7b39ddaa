//! The command `dossier`: arguments in, exit code out.
//!
//! The library has no allocator of its own; the command has one, because large queries ask for the same megabytes
//! again and again (`docs/decisions.md`).

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    dossier::cli::main(std::env::args_os())
}
