//! Tests from outside: text in, rows out. One binary, one module a kind.

mod algorithms;
mod architecture;
mod functions;
mod shared;
mod tck;
