//! What goes into a store beside queries: facts, lexicons, words that are taught.

use std::sync::{Arc, PoisonError};

use super::{Options, Store};
use crate::error::Result;
use crate::graph::Snapshot;
use crate::load;
use crate::question::English;

impl Store {
    /// Loads facts in the format of `data/` (see `docs/data-format.md`), all or none; `name` is
    /// what errors call the text.
    ///
    /// ```
    /// let store = dossier::Store::memory();
    /// let error = store.load_facts("notes", "this is no fact").unwrap_err();
    /// assert_eq!(error.file(), Some("notes"));
    /// assert_eq!(store.snapshot().statistics().nodes, 0);
    /// ```
    pub fn load_facts(&self, name: &str, text: &str) -> Result<load::facts::Summary> {
        let mut transaction = self.inner.database.begin_write()?;
        let summary = load::facts::load(name, text, &mut transaction)?;
        transaction.commit()?;
        Ok(summary)
    }

    /// Adds the words of a lexicon file (see `docs/lexicon.md`), as far as the graph has what they
    /// are for, and says how many; `name` is what errors call the text.
    ///
    /// ```
    /// let store = dossier::Store::memory();
    /// store.query("CREATE (:Person {name: 'Ada'})-[:KNOWS]->(:Person {name: 'Grace'})", ())?;
    /// let text = "dossier lexicon 1\ntype KNOWS\n    A is acquainted with B\n";
    /// assert_eq!(store.load_lexicon("words", text)?, 1);
    /// assert_eq!(store.ask("Who is acquainted with Grace?")?.answers, ["Ada"]);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn load_lexicon(&self, name: &str, text: &str) -> Result<usize> {
        let mut transaction = self.inner.database.begin_write()?;
        let added = crate::question::pack::apply(name, text, &mut transaction)?;
        transaction.commit()?;
        Ok(added)
    }

    /// Adds the words of a lexicon that ships with Dossier: `diplomatic` or `geography`; says how
    /// many, and nothing where there is no lexicon of that name.
    ///
    /// Fails as [`Store::begin`] and a commit do.
    ///
    /// ```
    /// let store = dossier::Store::shipped()?;
    /// assert!(store.load_shipped_lexicon("diplomatic")?.is_some());
    /// assert_eq!(store.load_shipped_lexicon("culinary")?, None);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn load_shipped_lexicon(&self, name: &str) -> Result<Option<usize>> {
        let text = crate::question::pack::shipped(name);
        text.map(|text| self.load_lexicon(name, text)).transpose()
    }

    /// Loads a lexicon, or facts that declare words, by what the file's first line says it is.
    pub(super) fn load_words(&self, name: &str, text: &str) -> Result<()> {
        if text.trim_start_matches('\u{feff}').starts_with("dossier lexicon") {
            self.load_lexicon(name, text).map(|_| ())
        } else {
            self.load_facts(name, text).map(|_| ())
        }
    }

    /// Teaches questions a word, or an example sentence, for a relationship type, a label or a
    /// property; says whether the graph has it.
    ///
    /// ```
    /// let store = dossier::Store::shipped()?;
    /// assert!(store.teach("endorses", "BACKED_BY")? && store.teach("A is blessed by B", "BACKED_BY")?);
    /// assert!(!store.teach("endorses", "NO_SUCH_TYPE")?);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn teach(&self, words: &str, means: &str) -> Result<bool> {
        let mut transaction = self.inner.database.begin_write()?;
        let known = crate::question::pack::teach(words, means, &mut transaction);
        if known {
            transaction.commit()?;
        }
        Ok(known)
    }

    /// Makes what questions need of the words and names of the graph beside whatever goes on, so that the first one
    /// waits for what is left of it at most.
    pub(crate) fn prepare_questions(&self) {
        let store = Store { inner: Arc::clone(&self.inner), session: None };
        let prepare = move || {
            // What fails here fails again where it is told.
            if let Ok(graph) = store.derived(store.snapshot(), &Options::default(), true) {
                store.english(&*graph);
            }
        };
        // Where there is no thread to be had the first question does it.
        let _ = std::thread::Builder::new().name("words".to_owned()).spawn(prepare);
    }

    /// What questions to a snapshot need to know of its words and names.
    pub(crate) fn english(&self, graph: &dyn Snapshot) -> Arc<English> {
        let mut known = self.inner.english.lock().unwrap_or_else(PoisonError::into_inner);
        match &*known {
            Some((commit, english)) if *commit == graph.commit() => Arc::clone(english),
            _ => {
                let english = Arc::new(English::of(graph));
                *known = Some((graph.commit(), Arc::clone(&english)));
                english
            }
        }
    }
}
