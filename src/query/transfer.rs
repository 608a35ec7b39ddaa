//! Data into a store and out of it: tables, elements as JSON lines, whole graphs.
//!
//! The formats are `load`'s and `render`'s; here they meet a store, its transactions and its
//! constraints. What is imported is one commit, or nothing.

use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};

use super::Store;
use crate::command::constraint;
use crate::error::{Error, Result, load as codes};
use crate::exec::{Limits, process_memory_max};
use crate::load::import::{Rejects, Summary};
use crate::load::recipe::Recipe;
use crate::load::{elements, headers, import};
use crate::store::{self, Base, Database, GenerationBuilder};

/// Is told, now and then, of rows or lines that were read since it was last told.
pub type Progress<'a> = &'a mut dyn FnMut(u64);

impl Store {
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
        rejects: Rejects,
    ) -> Result<(Store, Summary)> {
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
        rejects: Rejects,
    ) -> Result<(Store, Summary)> {
        let create = |builder| Database::create_from(path, builder, store::Options::default());
        Store::of_tables(recipe, paths, rejects, create)
    }

    fn of_tables(
        recipe: &Path,
        paths: &[PathBuf],
        rejects: Rejects,
        make: impl FnOnce(GenerationBuilder) -> Result<Database>,
    ) -> Result<(Store, Summary)> {
        let file = RecipeFile::read(recipe)?;
        let (builder, summary) = import::run(&file.recipe, paths, rejects, process_memory_max())
            .map_err(|error| file.attach(error))?;
        let store = Store::of(make(builder)?);
        store.load_lexicons(&file)?;
        Ok((store, summary))
    }

    /// Adds tables to the graph as a recipe says, in one commit.
    ///
    /// Nodes that are there already are found by their keys, where the recipe keeps these in
    /// properties: relationships can begin and end at them, and a row of a node that is there is
    /// left out if its table says `merge`, and otherwise cannot be used. Reads and writes the whole
    /// store once, whatever is added.
    ///
    /// # Errors
    ///
    /// As [`Store::from_tables`], with the codes of constraints that the outcome would break, and
    /// as a query that writes.
    ///
    /// ```
    /// # let folder = std::env::temp_dir().join(format!("dossier-tables-{}", std::process::id()));
    /// # std::fs::create_dir_all(&folder).unwrap();
    /// # let (recipe, table) = (folder.join("recipe.toml"), folder.join("states.csv"));
    /// # std::fs::write(&recipe, "[[node]]\nlabel = \"State\"\nkey = \"name\"\nmerge = true\n").unwrap();
    /// # std::fs::write(&table, "name\nNauru\nTuvalu\n").unwrap();
    /// use dossier::load::import::Rejects;
    /// let store = dossier::Store::shipped()?;
    /// let states = store.query("MATCH (s:State) RETURN s", ())?.len();
    /// store.import_tables(&recipe, &[table], Rejects::stop(), &mut |_| {})?;
    /// // Nauru was there.
    /// assert_eq!(store.query("MATCH (s:State) RETURN s", ())?.len(), states + 1);
    /// # std::fs::remove_dir_all(folder).ok();
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn import_tables(
        &self,
        recipe: &Path,
        paths: &[PathBuf],
        rejects: Rejects,
        progress: Progress<'_>,
    ) -> Result<Summary> {
        let file = RecipeFile::read(recipe)?;
        let summary = self.extend(|base, builder| {
            let input = import::Input { paths, declarations: &[], base: Some(base) };
            import::add(&file.recipe, input, rejects, builder, progress)
                .map_err(|error| file.attach(error))
        })?;
        self.load_lexicons(&file)?;
        Ok(summary)
    }

    /// Adds tables whose headers say what their columns mean (`id:ID`, `:LABEL`, `:START_ID`,
    /// `:END_ID`, `:TYPE`), in one commit; a file `declarations.jsonl` among them says what is declared.
    ///
    /// # Errors
    ///
    /// As [`Store::import_tables`]; `load::recipe` where a header says nothing.
    pub fn import_headed(
        &self,
        paths: &[PathBuf],
        rejects: Rejects,
        progress: Progress<'_>,
    ) -> Result<Summary> {
        let (declarations, paths): (Vec<PathBuf>, Vec<PathBuf>) =
            paths.iter().cloned().partition(|path| headers::is_declarations(path));
        let text = headers::recipe_of(&paths)?;
        let recipe = Recipe::parse("headers", &text)?;
        self.extend(|base, builder| {
            let (paths, declarations) = (&paths[..], &declarations[..]);
            let input = import::Input { paths, declarations, base: Some(base) };
            import::add(&recipe, input, rejects, builder, progress)
                .map_err(|error| attached(error, "headers", &text))
        })
    }

    /// Adds elements that [`Store::export_elements`] wrote, in one commit; `path` is what errors
    /// call them.
    ///
    /// Every node is a new one. A line that cannot be used stops the import or, as `rejects` says,
    /// is left out.
    ///
    /// # Errors
    ///
    /// `load::row` for a line that cannot be used, `load::io` where reading fails, with the codes of
    /// constraints that the outcome would break, and as a query that writes.
    pub fn import_elements(
        &self,
        path: &Path,
        input: &mut dyn BufRead,
        rejects: Rejects,
        progress: Progress<'_>,
    ) -> Result<Summary> {
        self.extend(|_, builder| elements::import(path, input, rejects, builder, progress))
    }

    /// Adds the triples of an RDF file, in one commit: its name says which format it has.
    ///
    /// # Errors
    ///
    /// As [`Store::import_elements`]; `load::unexpected` where the name says no format.
    #[cfg(feature = "rdf")]
    pub fn import_triples(
        &self,
        path: &Path,
        rejects: Rejects,
        progress: Progress<'_>,
    ) -> Result<Summary> {
        let Some(format) = crate::load::rdf::format_of(path) else {
            let message = format!("The name of `{}` says no format of RDF.", path.display());
            return Err(Error::new(&codes::UNEXPECTED, message)
                .hint("Known are .ttl, .nt, .nq, .trig, .rdf and .jsonld."));
        };
        let mut input = crate::load::unpacked(path)?;
        self.extend(|_, builder| {
            crate::load::rdf::import(path, &mut input, format, rejects, builder, progress)
        })
    }

    /// Writes the whole graph as JSON lines: nodes, relationships with their dates and sources, then
    /// what is declared.
    ///
    /// ```
    /// use dossier::load::import::Rejects;
    /// let store = dossier::Store::shipped()?;
    /// let mut lines = Vec::new();
    /// store.export_elements(&mut lines).expect("a vector can be written");
    /// let copy = dossier::Store::memory();
    /// copy.import_elements("copy".as_ref(), &mut &lines[..], Rejects::stop(), &mut |_| {})?;
    /// let statements = |store: &dossier::Store| store.snapshot().statistics().statements;
    /// assert_eq!(statements(&copy), statements(&store));
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn export_elements(&self, out: &mut dyn Write) -> std::io::Result<()> {
        elements::export(&*self.snapshot(), out)
    }

    /// Adds to the graph in one commit, which keeps its constraints.
    fn extend<T>(
        &self,
        add: impl FnOnce(Base<'_>, &mut GenerationBuilder) -> Result<T>,
    ) -> Result<T> {
        let mut outcome = None;
        self.inner.database.extend(
            |base, builder| {
                builder.set_memory_max(process_memory_max());
                outcome = Some(add(base, builder)?);
                Ok(())
            },
            |graph| {
                let limits = Limits::default();
                constraint::check_graph(graph, &|bytes| {
                    limits.check_with(bytes, "The check of a constraint")
                })
            },
        )?;
        Ok(outcome.expect("what was added has been committed"))
    }

    fn load_lexicons(&self, file: &RecipeFile) -> Result<()> {
        for lexicon in &file.recipe.lexicons {
            if self.load_shipped_lexicon(&lexicon.text)?.is_some() {
                continue;
            }
            let path = file.folder.join(&lexicon.text);
            let words = read_text(&path).map_err(|error| file.attach(error.at(lexicon.span)))?;
            self.load_words(&path.display().to_string(), &words)?;
        }
        if file.recipe.lexicons.is_empty() { Ok(()) } else { self.inner.database.checkpoint() }
    }
}

/// A recipe, and the text that its errors point into.
struct RecipeFile {
    recipe: Recipe,
    name: String,
    text: String,
    /// Where it lies.
    folder: PathBuf,
}

impl RecipeFile {
    fn read(path: &Path) -> Result<RecipeFile> {
        let name = path.display().to_string();
        let text = read_text(path)?;
        let recipe = Recipe::parse(&name, &text)?;
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        Ok(RecipeFile { recipe, name, text, folder })
    }

    fn attach(&self, error: Error) -> Error {
        attached(error, &self.name, &self.text)
    }
}

/// An error of an import; what is about the recipe is shown there, and what is about a row has its place in
/// a table.
fn attached(error: Error, name: &str, text: &str) -> Error {
    if error.span().is_some() { error.in_file(name, text) } else { error }
}

/// A file of text.
fn read_text(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).map_err(|error| {
        let message = format!("The file `{}` cannot be read: {error}.", path.display());
        Error::new(&codes::IO, message)
    })
}
