//! What large values take while they are made, and the check whether the statement must stop.
//!
//! An expression can make in one row what no operator would keep: a `reduce` that doubles, a
//! `split` into millions of parts. So every loop over elements counts its steps, and what is large
//! ([`LARGE_BYTES`] and more) is told to the account that the operators share: a value at the moment it is
//! made, what grows in a loop ([`Growing`]) for as long as the loop runs. Small values cost one comparison.

use std::sync::Arc;

use super::eval::Context;
use crate::error::Result;
use crate::value::Value;

/// What takes less is not counted.
pub(crate) const LARGE_BYTES: usize = 1 << 16;

/// Steps between two looks at whether the statement must stop.
const STEPS: u32 = 4096;

/// What an allocation of its own costs a text beside its bytes.
const TEXT_BYTES: usize = 16;

/// The account of what expressions hold.
pub trait Memory {
    /// Says how many bytes the values in the making take in all; fails beyond what may be kept.
    /// `what` begins the sentence of the error.
    fn hold(&self, bytes: usize, what: &str) -> Result<()>;
}

/// Memory without a limit.
#[cfg(test)]
pub(crate) struct Unlimited;

#[cfg(test)]
impl Memory for Unlimited {
    fn hold(&self, _: usize, _: &str) -> Result<()> {
        Ok(())
    }
}

impl Context<'_> {
    /// Counts a step of a loop over a list; fails when the statement must stop.
    pub(super) fn step(&self) -> Result<()> {
        let steps = self.scratch.steps.get().wrapping_add(1);
        self.scratch.steps.set(steps);
        if steps.is_multiple_of(STEPS) { (self.interrupt)() } else { Ok(()) }
    }

    /// Before something is computed of a value: fails when it is large and the statement must stop.
    pub(super) fn look_at(&self, value: &Value) -> Result<()> {
        if value.heap_bytes() < LARGE_BYTES { Ok(()) } else { (self.interrupt)() }
    }

    /// Fails if a value of so many bytes is more than the statement may keep now.
    pub(crate) fn afford(&self, bytes: usize, what: impl FnOnce() -> String) -> Result<()> {
        if bytes < LARGE_BYTES {
            return Ok(());
        }
        (self.interrupt)()?;
        let held = self.scratch.held.get();
        let affordable = self.memory.hold(held.saturating_add(bytes), &what());
        // What is given back is never too much.
        let _ = self.memory.hold(held, "An expression");
        affordable
    }

    /// Fails if a value that has been made is more than the statement may keep.
    pub(super) fn made(&self, value: Value) -> Result<Value> {
        self.afford(value.heap_bytes(), || describe(&value))?;
        Ok(value)
    }

    /// Fails if a list of so many elements is more than the statement may keep.
    pub(super) fn check_list(&self, length: usize) -> Result<()> {
        let bytes = length.saturating_mul(size_of::<Value>());
        self.afford(bytes, || format!("A list of {length} elements"))
    }

    /// Fails if two values are too large to be joined.
    pub(crate) fn check_join(&self, a: &Value, b: &Value) -> Result<()> {
        let bytes = a.heap_bytes() + b.heap_bytes();
        self.afford(bytes, || match (a, b) {
            (Value::String(_), _) | (_, Value::String(_)) => format!("A text of {bytes} bytes"),
            _ => format!("A list of {} elements", bytes / size_of::<Value>()),
        })
    }
}

/// What a value is called in the error that it is too large.
fn describe(value: &Value) -> String {
    match value {
        Value::String(text) => format!("A text of {} bytes", text.len()),
        Value::List(values) => format!("A list of {} elements", values.len()),
        other => format!("This {}", other.type_name()),
    }
}

/// What a value takes with its place in a list, where nothing else holds it.
pub(crate) fn bytes_of(value: &Value) -> usize {
    let own = if matches!(value, Value::String(_)) { TEXT_BYTES } else { 0 };
    size_of::<Value>() + own + value.heap_bytes()
}

/// Whether two values are one in memory.
pub(super) fn is_same_allocation(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::String(a), Value::String(b)) => Arc::ptr_eq(a, b),
        (Value::List(a), Value::List(b)) => Arc::ptr_eq(a, b),
        (Value::Map(a), Value::Map(b)) => Arc::ptr_eq(a, b),
        _ => false,
    }
}

/// The bytes of what grows in a loop: held until it is dropped.
pub(crate) struct Growing<'c> {
    context: &'c Context<'c>,
    bytes: usize,
    /// So many of them have been told.
    told: usize,
}

impl<'c> Growing<'c> {
    /// Nothing yet.
    pub(crate) fn new(context: &'c Context<'c>) -> Growing<'c> {
        Growing { context, bytes: 0, told: 0 }
    }

    /// Adds so many bytes.
    pub(crate) fn add(&mut self, bytes: usize) -> Result<()> {
        self.set(self.bytes.saturating_add(bytes))
    }

    /// Says how many bytes there are now.
    pub(crate) fn set(&mut self, bytes: usize) -> Result<()> {
        self.bytes = bytes;
        if bytes.abs_diff(self.told) < LARGE_BYTES { Ok(()) } else { self.tell() }
    }

    fn tell(&mut self) -> Result<()> {
        (self.context.interrupt)()?;
        let held = &self.context.scratch.held;
        held.set((held.get() - self.told).saturating_add(self.bytes));
        self.told = self.bytes;
        self.context.memory.hold(held.get(), "What this expression makes")
    }
}

impl Drop for Growing<'_> {
    fn drop(&mut self) {
        if self.told > 0 {
            let held = &self.context.scratch.held;
            held.set(held.get() - self.told);
            // What is given back is never too much.
            let _ = self.context.memory.hold(held.get(), "An expression");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::error::{Error, eval as codes};
    use crate::expr::testing::with_context;

    /// An account that keeps the most that was held.
    #[derive(Default)]
    struct Most(Cell<usize>, Cell<usize>);

    impl Memory for Most {
        fn hold(&self, bytes: usize, what: &str) -> Result<()> {
            self.0.set(bytes);
            self.1.set(self.1.get().max(bytes));
            let too_much = || Error::new(&codes::MEMORY, format!("{what} is too much."));
            if bytes <= 1 << 20 { Ok(()) } else { Err(too_much()) }
        }
    }

    #[test]
    fn what_grows_is_held_and_given_back() {
        let memory = Most::default();
        with_context(|context| {
            let context = Context { memory: &memory, ..*context };
            let mut outer = Growing::new(&context);
            outer.add(LARGE_BYTES).expect("within the limit");
            let mut inner = Growing::new(&context);
            inner.add(10).expect("small");
            inner.add(LARGE_BYTES).expect("within the limit");
            assert_eq!(memory.0.get(), 2 * LARGE_BYTES + 10);
            assert!(context.check_list(1 << 20).is_err());
            assert_eq!(memory.0.get(), 2 * LARGE_BYTES + 10);
            assert!(inner.add(1 << 20).is_err());
            drop(inner);
            assert_eq!(memory.0.get(), LARGE_BYTES);
            drop(outer);
            assert_eq!((memory.0.get(), context.scratch.held.get()), (0, 0));
        });
    }
}
