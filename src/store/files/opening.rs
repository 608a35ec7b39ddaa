//! Opening what a manifest names, and following a process that writes it.
//!
//! **In**: a manifest, or a look at one. **Out**: the files that it names, the graph that they and the commits after
//! them are. **Caller**: `files.rs`.

use std::io;
use std::sync::Arc;

use crate::error::{Error, Result, store};
use crate::graph::Catalog;
use crate::store::backend::{Access, Backend, MANIFEST, WriterLock};
use crate::store::codec::Reader;
use crate::store::format::{self, GenerationFile, Identity, Stamp, VERIFY_MAX_BYTES};
use crate::store::generation::Generation;
use crate::store::manifest::{self, Content, Manifest, State, View};
use crate::store::{StoreSnapshot, again, check, encode, guard, records, tail};

use super::{Open, RETRIES_MAX, take_lock};

/// The manifest to read, after whoever wrote it was killed.
///
/// Repairing is writing: it takes the right to write for a moment. A writer that came in the
/// meantime has repaired it already. Where it cannot be repaired, on a full disk or on read-only
/// media, it is repaired in memory, and the right to write is kept as long as it is read, because
/// that way nothing is seen of what others would write.
pub fn repaired(backend: &dyn Backend) -> Result<(Manifest, Option<WriterLock>)> {
    let lock = take_lock(backend);
    if let Some(manifest) = Manifest::try_open(backend, Access::Read)? {
        return Ok((manifest, None));
    }
    let lock = match lock {
        Ok(lock) => Some(lock),
        // Where nobody can have the right to write, nobody has to be kept from it.
        Err(error) if error.code() == store::READ_ONLY.name => None,
        Err(error) => return Err(error),
    };
    if lock.is_some()
        && Manifest::open(backend, Access::Write).map(drop).is_ok()
        && let Some(manifest) = Manifest::try_open(backend, Access::Read)?
    {
        return Ok((manifest, None));
    }
    Ok((Manifest::open_over(backend)?, lock))
}

/// The state of the store and the graph at its last commit.
pub fn load(backend: &dyn Backend, manifest: &Manifest) -> Result<(State, StoreSnapshot)> {
    let mut tries = 0;
    loop {
        let loaded = manifest.read(backend, |view| {
            let content = view.content()?;
            let graph = load_content(backend, view, &content)?;
            Ok((content.state, graph))
        });
        match loaded {
            Ok(Some(loaded)) => return Ok(loaded),
            Ok(None) => return Err(manifest::no_store(backend)),
            // A checkpoint came between reading the name and opening the file.
            Err(error) if error.code() == store::GONE.name && tries < RETRIES_MAX => tries += 1,
            Err(error) => return Err(error),
        }
    }
}

pub fn load_content(
    backend: &dyn Backend,
    view: &View<'_>,
    content: &Content,
) -> Result<StoreSnapshot> {
    let (_, mut graph) = settled(backend, content)?;
    graph.history = graph.history.since(view.time(content.state.settled())?);
    again::all(view, graph)
}

/// The graph that the files hold, and its tail.
pub fn settled(
    backend: &dyn Backend,
    content: &Content,
) -> Result<(Option<GenerationFile>, StoreSnapshot)> {
    let generation = open_generation(backend, &content.state, true)?;
    if let Some(file) = open_tail(backend, &content.state)? {
        if file.len() <= VERIFY_MAX_BYTES {
            file.verify_all()?;
        }
        let graph = tail::decode(&file, generation)?;
        check::names(&graph.generation, &graph.catalog)
            .map_err(|what| format::damaged(MANIFEST, &what))?;
        return Ok((Some(file), graph));
    }
    let mut catalog = Catalog::default();
    let mut reader = Reader::new(&content.records);
    let malformed = |_| format::damaged(MANIFEST, "the records cannot be read");
    records::read_catalog(&mut reader, &mut catalog).map_err(malformed)?;
    let (declarations, aliases) = records::read_declarations(&mut reader).map_err(malformed)?;
    check::names(&generation, &catalog).map_err(|what| format::damaged(MANIFEST, &what))?;
    let mut graph = StoreSnapshot::over(generation, catalog, content.state.commit);
    graph.declarations = Arc::new(declarations);
    graph.aliases = Arc::new(aliases);
    Ok((None, graph))
}

pub fn open_generation(backend: &dyn Backend, state: &State, verify: bool) -> Result<Generation> {
    let Some(file) = open_file(backend, state)? else { return Ok(Generation::default()) };
    if verify && file.len() <= VERIFY_MAX_BYTES {
        file.verify_all()?;
    }
    encode::decode(&file)
}

pub fn open_file(backend: &dyn Backend, state: &State) -> Result<Option<GenerationFile>> {
    let Some((name, stamp)) = &state.file else { return Ok(None) };
    open_named(backend, state, name, *stamp, state.commit).map(Some)
}

pub fn open_tail(backend: &dyn Backend, state: &State) -> Result<Option<GenerationFile>> {
    let Some(tail) = &state.tail else { return Ok(None) };
    open_named(backend, state, &tail.name, tail.stamp, tail.commit).map(Some)
}

fn open_named(
    backend: &dyn Backend,
    state: &State,
    name: &str,
    stamp: Stamp,
    commit: u64,
) -> Result<GenerationFile> {
    let map = backend.map(name).map_err(|error| match error.kind() {
        _ if backend.is_exchanged() => guard::exchanged(backend),
        io::ErrorKind::NotFound => {
            Error::new(&store::GONE, format!("The file `{name}` of the store is missing."))
                .hint("Restore the store from a backup.")
        }
        _ => manifest::io_error_of(backend, name, "opened", &error),
    })?;
    let file = GenerationFile::open(name, map, Some(stamp))?;
    let identity = file.identity();
    let expected = Identity { store: state.store, generation: state.generation, commit };
    if identity != expected {
        guard::same(backend)?;
        return Err(format::damaged(name, "it belongs to another store or commit"));
    }
    Ok(file)
}

/// Brings a reader up to the last commit of whoever writes.
pub fn follow(
    backend: &dyn Backend,
    open: &mut Open,
    shown: &Arc<StoreSnapshot>,
) -> Result<Option<StoreSnapshot>> {
    let mut tries = 0;
    loop {
        let state = open.state.clone();
        let followed = open.manifest()?.read(backend, |view| {
            let is_settled = view.settled()? == (state.generation, state.settled());
            if view.last()? == shown.commit && is_settled {
                return Ok(None);
            }
            let content = view.content()?;
            let graph = if content.state == state {
                again::all(view, StoreSnapshot::clone(shown))?
            } else {
                load_content(backend, view, &content)?
            };
            Ok(Some((content.state, graph)))
        });
        match followed {
            Ok(Some(Some((state, graph)))) => {
                open.state = state;
                return Ok(Some(graph));
            }
            Ok(Some(None)) => return Ok(None),
            Ok(None) => return Err(manifest::no_store(backend)),
            Err(error) if error.code() == store::GONE.name && tries < RETRIES_MAX => tries += 1,
            Err(error) => return Err(error),
        }
    }
}
