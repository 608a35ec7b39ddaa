//! Where a store comes from: nothing, a folder, the shipped facts.

use std::path::Path;
use std::sync::{Arc, Mutex, RwLock};

use super::{Inner, Store, StoreOptions};
use crate::error::Result;
use crate::exec::procedure::Procedures;
use crate::load;
use crate::store::Database;

impl Store {
    /// An empty graph in memory.
    ///
    /// ```
    /// let store = dossier::Store::memory();
    /// store.query("CREATE (:State {name: 'Nauru'})", ())?;
    /// assert_eq!(store.query("MATCH (s:State) RETURN s.name", ())?.len(), 1);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn memory() -> Store {
        Store::of(Database::memory())
    }

    /// Opens the store in a folder, in milliseconds whatever its size.
    ///
    /// Any number of processes may read a store while one writes. The first statement that writes
    /// takes the right to do so, until the store is closed.
    ///
    /// ```
    /// use dossier::Store;
    /// # let folder = std::env::temp_dir().join(format!("dossier-open-{}", std::process::id()));
    /// let store = Store::create(&folder)?;
    /// store.query("CREATE (:State {name: 'Nauru'})", ())?;
    /// drop(store);
    /// let store = Store::open(&folder)?;
    /// assert_eq!(store.query("MATCH (s:State) RETURN s.name", ())?.len(), 1);
    /// assert_eq!(Store::open("no such folder").unwrap_err().code(), "store::no_store");
    /// # std::fs::remove_dir_all(folder).ok();
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn open(path: impl AsRef<Path>) -> Result<Store> {
        Store::open_with(path, StoreOptions::default())
    }

    /// Opens the store in a folder as [`Store::open`] does, with options.
    ///
    /// ```
    /// use dossier::{Store, StoreOptions};
    /// let options = StoreOptions { allow_network: true, ..StoreOptions::default() };
    /// assert_eq!(Store::open_with("no such folder", options).unwrap_err().code(), "store::no_store");
    /// ```
    pub fn open_with(path: impl AsRef<Path>, options: StoreOptions) -> Result<Store> {
        Ok(Store::of(Database::open(path, options)?))
    }

    /// Makes an empty store in a folder that is empty or not there yet.
    ///
    /// Fails with `store::exists` where there is a store or something else.
    ///
    /// ```
    /// use dossier::Store;
    /// # let folder = std::env::temp_dir().join(format!("dossier-create-{}", std::process::id()));
    /// let store = Store::create(&folder)?;
    /// assert_eq!(store.database().path(), Some(&*folder));
    /// drop(store);
    /// assert_eq!(Store::create(&folder).unwrap_err().code(), "store::exists");
    /// # std::fs::remove_dir_all(folder).ok();
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn create(path: impl AsRef<Path>) -> Result<Store> {
        Store::create_with(path, StoreOptions::default())
    }

    /// Makes an empty store as [`Store::create`] does, with options.
    pub fn create_with(path: impl AsRef<Path>, options: StoreOptions) -> Result<Store> {
        Ok(Store::of(Database::create(path, options)?))
    }

    /// Takes the store in a folder away if nothing was ever committed to it; says whether it did.
    ///
    /// ```
    /// use dossier::Store;
    /// # let folder = std::env::temp_dir().join(format!("dossier-discard-{}", std::process::id()));
    /// drop(Store::create(&folder)?);
    /// assert!(Store::discard_empty(&folder)?);
    /// assert_eq!(Store::open(&folder).unwrap_err().code(), "store::no_store");
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn discard_empty(path: impl AsRef<Path>) -> Result<bool> {
        Database::discard_empty(path)
    }

    /// Opens the store in a folder, or makes an empty one where there is none.
    ///
    /// ```
    /// use dossier::Store;
    /// # let folder = std::env::temp_dir().join(format!("dossier-either-{}", std::process::id()));
    /// for nodes in 0..2 {
    ///     let store = Store::open_or_create(&folder)?;
    ///     assert_eq!(store.snapshot().statistics().nodes, nodes);
    ///     store.query("CREATE ()", ())?;
    /// }
    /// # std::fs::remove_dir_all(folder).ok();
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn open_or_create(path: impl AsRef<Path>) -> Result<Store> {
        let path = path.as_ref();
        match Store::open(path) {
            Err(error) if error.code() == "store::no_store" => Store::create(path),
            opened => opened,
        }
    }

    /// A store over a database: what [`Database::create_from`] made, or one with options.
    ///
    /// ```
    /// use dossier::Store;
    /// use dossier::store::{Database, GenerationBuilder};
    /// let mut builder = GenerationBuilder::default();
    /// builder.add_nodes(&[], 3)?;
    /// let store = Store::of(Database::memory_from(builder)?);
    /// assert_eq!(store.query("MATCH (n) RETURN n", ())?.len(), 3);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn of(database: Database) -> Store {
        Store {
            session: None,
            inner: Arc::new(Inner {
                database,
                procedures: RwLock::new(Arc::new(Procedures::with_builtins())),
                plans: Mutex::default(),
                english: Mutex::default(),
                known: Mutex::default(),
                derived: Mutex::default(),
            }),
        }
    }

    /// The facts that ship with Dossier, in memory.
    ///
    /// An error here means that the shipped facts themselves are wrong.
    ///
    /// ```
    /// let store = dossier::Store::shipped()?;
    /// assert!(store.snapshot().statistics().statements > 60);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn shipped() -> Result<Store> {
        let store = Store::memory();
        store.load_facts(load::facts::SHIPPED_NAME, load::facts::SHIPPED)?;
        Ok(store)
    }
}
