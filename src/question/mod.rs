//! Questions.

mod chart;
mod frame;
mod index;
mod lexicon;
mod morphology;
mod names;
mod token;
mod tree;
mod when;
