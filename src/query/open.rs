//! Where a store comes from: nothing, a folder, the shipped facts, tables.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, RwLock};

use super::{Inner, Store};
use crate::error::{Error, Result, load as load_codes};
use crate::exec::procedure::Procedures;
use crate::load;
use crate::store::{self, Database};

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
        Ok(Store::of(Database::open(path, store::Options::default())?))
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
        Ok(Store::of(Database::create(path, store::Options::default())?))
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

    /// A graph in memory, made from tables as a recipe says (see `docs/import.md`).
    ///
    /// `paths` are files, or folders in which the recipe's files lie. The recipe's lexicons are
    /// loaded too, from beside the recipe.
    ///
    /// # Errors
    ///
    /// `load::recipe` for a mistake in the recipe, `load::io` for a file that cannot be read,
    /// `load::row` for a row that cannot be used where `rejects` is to stop there.
    ///
    /// ```
    /// use dossier::Store;
    /// use dossier::load::import::Rejects;
    /// # let folder = std::env::temp_dir().join(format!("dossier-tables-{}", std::process::id()));
    /// # let files = || -> std::io::Result<()> {
    /// # std::fs::create_dir_all(&folder)?;
    /// # let recipe = "[[node]]\nfile = 'states'\nlabel = 'State'\nkey = 'name'\n";
    /// # std::fs::write(folder.join("recipe.toml"), recipe)?;
    /// # std::fs::write(folder.join("states.csv"), "name,area\nNauru,21\nTuvalu,26\n")
    /// # };
    /// # files().expect("a temporary folder can be written");
    /// // recipe.toml: [[node]] file = "states" label = "State" key = "name"
    /// // states.csv:  name,area  Nauru,21  Tuvalu,26
    /// let (recipe, tables) = (folder.join("recipe.toml"), [folder.clone()]);
    /// let (store, summary) = Store::from_tables(&recipe, &tables, Rejects::stop())?;
    /// assert_eq!((summary.nodes, summary.rejected), (2, 0));
    /// let rows = store.query("MATCH (s:State) RETURN sum(s.area) AS area", ())?;
    /// assert_eq!(rows.get(0).unwrap().get::<i64>("area")?, 47);
    /// # std::fs::remove_dir_all(folder).ok();
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn from_tables(
        recipe: &Path,
        paths: &[PathBuf],
        rejects: load::import::Rejects,
    ) -> Result<(Store, load::import::Summary)> {
        Store::of_tables(recipe, paths, rejects, Database::memory_from)
    }

    /// A new store in a folder, made from tables as [`Store::from_tables`] makes a graph in memory.
    ///
    /// # Errors
    ///
    /// The same, and `store::exists` where the folder is not empty.
    ///
    /// ```
    /// use dossier::Store;
    /// use dossier::load::import::Rejects;
    /// # let folder = std::env::temp_dir().join(format!("dossier-new-{}", std::process::id()));
    /// # let files = || -> std::io::Result<()> {
    /// # std::fs::create_dir_all(&folder)?;
    /// # std::fs::write(folder.join("recipe.toml"), "[[node]]\nlabel = 'State'\nkey = 'name'\n")?;
    /// # std::fs::write(folder.join("states.csv"), "name\nNauru\nTuvalu\n")
    /// # };
    /// # files().expect("a temporary folder can be written");
    /// let (recipe, tables) = (folder.join("recipe.toml"), [folder.join("states.csv")]);
    /// let path = folder.join("states.dossier");
    /// drop(Store::create_from_tables(&path, &recipe, &tables, Rejects::stop())?);
    /// assert_eq!(Store::open(&path)?.snapshot().statistics().nodes, 2);
    /// # std::fs::remove_dir_all(folder).ok();
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn create_from_tables(
        path: impl AsRef<Path>,
        recipe: &Path,
        paths: &[PathBuf],
        rejects: load::import::Rejects,
    ) -> Result<(Store, load::import::Summary)> {
        let create = |builder| Database::create_from(path, builder, store::Options::default());
        Store::of_tables(recipe, paths, rejects, create)
    }

    fn of_tables(
        recipe: &Path,
        paths: &[PathBuf],
        rejects: load::import::Rejects,
        make: impl FnOnce(store::GenerationBuilder) -> Result<Database>,
    ) -> Result<(Store, load::import::Summary)> {
        let name = recipe.display().to_string();
        let text = read_text(recipe)?;
        let parsed = load::recipe::Recipe::parse(&name, &text)?;
        let (builder, summary) = load::import::run(&parsed, paths, rejects)
            .map_err(|error| error.in_file(&name, &text))?;
        let store = Store::of(make(builder)?);
        for lexicon in &parsed.lexicons {
            if store.load_shipped_lexicon(&lexicon.text)?.is_some() {
                continue;
            }
            let path = recipe.parent().unwrap_or(Path::new("")).join(&lexicon.text);
            let words =
                read_text(&path).map_err(|error| error.at(lexicon.span).in_file(&name, &text))?;
            store.load_words(&path.display().to_string(), &words)?;
        }
        if !parsed.lexicons.is_empty() {
            store.inner.database.checkpoint()?;
        }
        Ok((store, summary))
    }
}

/// A file of text.
fn read_text(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).map_err(|error| {
        let message = format!("The file `{}` cannot be read: {error}.", path.display());
        Error::new(&load_codes::IO, message)
    })
}
