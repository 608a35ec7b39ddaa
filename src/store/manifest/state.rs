//! What the manifest says of the store as a whole, and its bytes.

use crate::store::codec::{Malformed, Reader, Writer};
use crate::store::format::Stamp;

use super::VERSION;

/// What the manifest says of the store as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// Which store this is.
    pub store: [u8; 16],
    /// The number of the last generation that was made; 0 where none was.
    pub generation: u64,
    /// The commit up to which the generation holds everything.
    pub commit: u64,
    /// The generation's file; `None` where the store was empty then.
    pub file: Option<(String, Stamp)>,
    /// The version of the format.
    pub version: u32,
    /// The earliest commit to which the way back is kept.
    pub history_from: u64,
    /// What was written since the generation, up to a commit; `None` where it stands in commits.
    pub tail: Option<Tail>,
}

/// The file of what was written since the generation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tail {
    /// The commit up to which it holds everything.
    pub commit: u64,
    /// Its file's name.
    pub name: String,
    /// What its header says.
    pub stamp: Stamp,
    /// How many bytes of tails were written since the generation, this one's included.
    pub written: u64,
}

impl State {
    /// The commit up to which files hold everything.
    pub fn settled(&self) -> u64 {
        self.tail.as_ref().map_or(self.commit, |tail| tail.commit)
    }

    /// Whether a file of the store is named.
    pub fn names(&self, name: &str) -> bool {
        self.file.as_ref().is_some_and(|(file, _)| file == name)
            || self.tail.as_ref().is_some_and(|tail| tail.name == name)
    }
}

/// Its bytes.
pub fn encode_state(state: &State) -> Vec<u8> {
    let mut out = Writer::default();
    out.u32(state.version);
    out.bytes.extend_from_slice(&state.store);
    out.u64(state.generation);
    out.u64(state.commit);
    out.option(state.file.as_ref(), |out, (name, stamp)| {
        out.text(name);
        out.u64(stamp.length);
        out.u64(stamp.checksum);
    });
    if state.version >= 2 {
        out.u64(state.history_from);
    }
    if state.version >= 4 {
        out.option(state.tail.as_ref(), |out, tail| {
            out.u64(tail.commit);
            out.text(&tail.name);
            out.u64(tail.stamp.length);
            out.u64(tail.stamp.checksum);
            out.u64(tail.written);
        });
    }
    out.bytes
}

/// The state, or the version that is not known here.
pub fn decode_state(
    reader: &mut Reader<'_>,
) -> std::result::Result<std::result::Result<State, u32>, Malformed> {
    let version = reader.u32()?;
    if version == 0 || version > VERSION {
        return Ok(Err(version));
    }
    let store = reader.bytes(16)?.try_into().map_err(|_| Malformed)?;
    let (generation, commit) = (reader.u64()?, reader.u64()?);
    let file = reader.option(|reader| {
        let name = reader.text()?.to_owned();
        Ok((name, Stamp { length: reader.u64()?, checksum: reader.u64()? }))
    })?;
    // Before version 2 what a generation held had no way back.
    let history_from = if version >= 2 { reader.u64()? } else { commit };
    let tail = if version >= 4 { reader.option(read_tail)? } else { None };
    Ok(Ok(State { store, generation, commit, file, version, history_from, tail }))
}

fn read_tail(reader: &mut Reader<'_>) -> std::result::Result<Tail, Malformed> {
    Ok(Tail {
        commit: reader.u64()?,
        name: reader.text()?.to_owned(),
        stamp: Stamp { length: reader.u64()?, checksum: reader.u64()? },
        written: reader.u64()?,
    })
}
