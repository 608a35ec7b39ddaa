//! Tests from outside: text in, rows out. One binary, one module a kind.

mod agreement;
mod algorithms;
mod architecture;
mod closed;
mod closed_rules;
#[cfg(all(unix, feature = "cli"))]
mod console;
mod corpus;
mod count_maps;
mod count_pairs;
mod count_tree;
mod declared;
mod derived_time;
mod documentation;
mod erase;
mod examples;
mod exchange;
mod facts;
mod foreign;
mod functions;
mod fuzz;
mod history;
#[cfg(all(unix, feature = "cli"))]
mod instructions;
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
mod shortest;
mod soak;
mod stated;
mod store;
mod tck;
mod time;
mod time_order;
mod time_worlds;
mod why;
mod why_rules;
