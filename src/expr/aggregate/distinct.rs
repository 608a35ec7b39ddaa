//! DISTINCT: each value of an aggregate once.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};

use super::{Accumulator, AggregateFunction};
use crate::error::Result;
use crate::expr::limits;
use crate::value::Value;
use crate::value::order::{GroupKey, equivalent};

/// The values of an aggregate with DISTINCT, each once, in the order in which they came.
///
/// The function itself runs at the end; until then parts of a group can be merged.
#[derive(Clone, Debug)]
pub(super) struct Distinct {
    function: AggregateFunction,
    pub(super) values: Vec<Value>,
    /// Hash and position of each value; with the hash at hand, growing touches no value.
    pub(super) positions: HashTable<(u64, u32)>,
    hasher: DefaultHashBuilder,
    /// The second argument of a percentile.
    pub(super) second: Option<Value>,
}

impl Distinct {
    pub(super) fn new(function: AggregateFunction) -> Distinct {
        let (values, positions) = (Vec::new(), HashTable::new());
        Distinct {
            function,
            values,
            positions,
            hasher: DefaultHashBuilder::default(),
            second: None,
        }
    }

    pub(super) fn add(&mut self, value: &Value, second: Option<&Value>) -> Result<()> {
        if second.is_some() {
            self.second = second.cloned();
        }
        if value.is_null() {
            return Ok(());
        }
        let Distinct { values, positions, hasher, .. } = self;
        let hash = hasher.hash_one(GroupKey(value));
        let same =
            |&(other, at): &(u64, u32)| other == hash && equivalent(&values[at as usize], value);
        if positions.find(hash, same).is_some() {
            return Ok(());
        }
        limits::check_length(values.len() + 1)?;
        positions.insert_unique(hash, (hash, values.len() as u32), |&(hash, _)| hash);
        values.push(value.clone());
        Ok(())
    }

    pub(super) fn finish(self) -> Result<Value> {
        let mut plain = Accumulator::new(self.function, false);
        match self.second {
            None => self.values.iter().try_for_each(|value| plain.add(value))?,
            Some(second) => {
                let mut args = [Value::Null, second];
                plain.update(&args)?;
                for value in self.values {
                    args[0] = value;
                    plain.update(&args)?;
                }
            }
        }
        plain.finish()
    }
}
