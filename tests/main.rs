#![allow(missing_docs)]

mod algorithms;
