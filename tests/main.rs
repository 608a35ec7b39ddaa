#![allow(missing_docs)]

mod algorithms;
mod functions;
