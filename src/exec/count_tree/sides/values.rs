//! The values of one side of a comparison, in as few bytes as they need.

/// Integers, each of them so much above the least.
#[derive(PartialEq)]
pub(super) enum Values {
    Bytes(i64, Vec<u8>),
    Shorts(i64, Vec<u16>),
    Words(i64, Vec<u32>),
    Any(Vec<i64>),
}

impl Values {
    pub(super) fn of(values: Vec<i64>) -> Values {
        let least = values.iter().copied().min().unwrap_or(0);
        let width = values.iter().copied().max().map_or(0, |most| most.abs_diff(least));
        let above = |value: &i64| value.abs_diff(least);
        match width {
            0..=0xFF => Values::Bytes(least, values.iter().map(|v| above(v) as u8).collect()),
            0x100..=0xFFFF => {
                Values::Shorts(least, values.iter().map(|v| above(v) as u16).collect())
            }
            0x1_0000..=0xFFFF_FFFF => {
                Values::Words(least, values.iter().map(|v| above(v) as u32).collect())
            }
            _ => Values::Any(values),
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Values::Bytes(_, values) => values.len(),
            Values::Shorts(_, values) => values.len(),
            Values::Words(_, values) => values.len(),
            Values::Any(values) => values.len(),
        }
    }

    /// The least and the largest, or numbers beyond those; `None` where they lie far apart.
    pub(super) fn extent(&self) -> Option<(i64, i64)> {
        // No branch inside: the largest of a register of them at once.
        fn most<T: Copy + Ord + Default + Into<i64>>(values: &[T]) -> i64 {
            values.iter().fold(T::default(), |most, value| most.max(*value)).into()
        }
        let (least, width) = match self {
            Values::Bytes(least, values) => (*least, most(values)),
            Values::Shorts(least, values) => (*least, most(values)),
            Values::Words(least, values) => (*least, most(values)),
            Values::Any(_) => return None,
        };
        Some((least, least.checked_add(width)?))
    }

    /// Those at some places, or any for places that are none.
    pub(super) fn picked(&self, places: impl Iterator<Item = usize>) -> Values {
        fn pick<T: Copy + Default>(values: &[T], places: impl Iterator<Item = usize>) -> Vec<T> {
            let any = values.first().copied().unwrap_or_default();
            places.map(|at| values.get(at).copied().unwrap_or(any)).collect()
        }
        match self {
            Values::Bytes(least, values) => Values::Bytes(*least, pick(values, places)),
            Values::Shorts(least, values) => Values::Shorts(*least, pick(values, places)),
            Values::Words(least, values) => Values::Words(*least, pick(values, places)),
            Values::Any(values) => Values::Any(pick(values, places)),
        }
    }

    /// Whether each is larger than the one before it.
    pub(super) fn ascend(&self) -> bool {
        fn ascend<T: PartialOrd>(values: &[T]) -> bool {
            values.windows(2).all(|pair| pair[0] < pair[1])
        }
        match self {
            Values::Bytes(_, values) => ascend(values),
            Values::Shorts(_, values) => ascend(values),
            Values::Words(_, values) => ascend(values),
            Values::Any(values) => ascend(values),
        }
    }

    #[inline]
    pub(super) fn get(&self, at: usize) -> Option<i64> {
        Some(match self {
            Values::Bytes(least, values) => least.wrapping_add(i64::from(*values.get(at)?)),
            Values::Shorts(least, values) => least.wrapping_add(i64::from(*values.get(at)?)),
            Values::Words(least, values) => least.wrapping_add(i64::from(*values.get(at)?)),
            Values::Any(values) => *values.get(at)?,
        })
    }
}
