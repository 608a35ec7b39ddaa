//! Tests from outside: text in, rows out. One binary, one module a kind.

mod algorithms;
mod architecture;
mod closed;
#[cfg(all(unix, feature = "cli"))]
mod console;
mod corpus;
mod count_tree;
mod declared;
mod documentation;
mod erase;
mod examples;
mod exchange;
mod facts;
mod foreign;
mod functions;
mod fuzz;
mod history;
mod limits;
mod manual;
mod morsels;
mod oracle;
mod patterns;
mod plans;
mod print;
mod questions;
mod rules;
mod screen;
mod scripts;
mod shared;
mod soak;
mod stated;
mod store;
mod tck;
mod time;
mod time_worlds;
mod why;
