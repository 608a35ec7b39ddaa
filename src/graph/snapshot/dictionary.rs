//! Texts by number.

use std::fmt;
use std::sync::Arc;

/// Distinct texts by code.
///
/// [`Dictionary::text`] and [`Dictionary::text_ref`] may panic for a code that is not below
/// [`Dictionary::len`].
///
/// ```
/// use dossier::graph::snapshot::ColumnData;
/// let store = dossier::Store::memory();
/// store.query("CREATE (:State {name: 'Nauru'}), (:State {name: 'Tuvalu'})", ())?;
/// store.database().checkpoint()?;
/// let graph = store.snapshot();
/// let column = graph.node_column(graph.catalog().key("name").unwrap());
/// let ColumnData::String { codes, dictionary } = column.data else { panic!("all are texts") };
/// assert_eq!(dictionary.text_ref(codes[0]), "Nauru");
/// assert_eq!(dictionary.code("Tuvalu"), Some(codes[1]));
/// assert_eq!((dictionary.code("Palau"), dictionary.len()), (None, 2));
/// # Ok::<(), dossier::Error>(())
/// ```
pub trait Dictionary: Send + Sync + fmt::Debug {
    /// The text of a code.
    ///
    /// ```
    /// use dossier::graph::snapshot::ColumnData;
    /// let store = dossier::Store::memory();
    /// store.query("CREATE (:State {name: 'Nauru'})", ())?;
    /// store.database().checkpoint()?;
    /// let graph = store.snapshot();
    /// let column = graph.node_column(graph.catalog().key("name").expect("it has a name"));
    /// let ColumnData::String { codes, dictionary } = column.data else { panic!("all are texts") };
    /// assert_eq!(&*dictionary.text(codes[0]), "Nauru");
    /// # Ok::<(), dossier::Error>(())
    /// ```
    fn text(&self, code: u32) -> Arc<str>;

    /// The text of a code, borrowed.
    ///
    /// ```
    /// use dossier::graph::snapshot::ColumnData;
    /// let store = dossier::Store::memory();
    /// store.query("CREATE (:State {name: 'Nauru'})", ())?;
    /// store.database().checkpoint()?;
    /// let graph = store.snapshot();
    /// let column = graph.node_column(graph.catalog().key("name").expect("it has a name"));
    /// let ColumnData::String { codes, dictionary } = column.data else { panic!("all are texts") };
    /// assert_eq!(dictionary.text_ref(codes[0]), "Nauru");
    /// # Ok::<(), dossier::Error>(())
    /// ```
    fn text_ref(&self, code: u32) -> &str;

    /// The code of a text, if it is in the dictionary.
    ///
    /// ```
    /// use dossier::graph::snapshot::ColumnData;
    /// let store = dossier::Store::memory();
    /// store.query("CREATE (:State {name: 'Nauru'})", ())?;
    /// store.database().checkpoint()?;
    /// let graph = store.snapshot();
    /// let column = graph.node_column(graph.catalog().key("name").expect("it has a name"));
    /// let ColumnData::String { codes, dictionary } = column.data else { panic!("all are texts") };
    /// assert_eq!((dictionary.code("Nauru"), dictionary.code("Palau")), (Some(codes[0]), None));
    /// # Ok::<(), dossier::Error>(())
    /// ```
    fn code(&self, text: &str) -> Option<u32>;

    /// The bytes of all texts end to end, and where each text ends: one that is asked of all texts
    /// is asked of them at once.
    ///
    /// ```
    /// use dossier::graph::snapshot::ColumnData;
    /// let store = dossier::Store::memory();
    /// store.query("CREATE (:State {name: 'Nauru'}), (:State {name: 'Tuvalu'})", ())?;
    /// store.database().checkpoint()?;
    /// let graph = store.snapshot();
    /// let column = graph.node_column(graph.catalog().key("name").expect("just created"));
    /// let ColumnData::String { dictionary, .. } = column.data else { panic!("all are texts") };
    /// assert_eq!(dictionary.end_to_end(), (&b"NauruTuvalu"[..], &[5, 11][..]));
    /// # Ok::<(), dossier::Error>(())
    /// ```
    fn end_to_end(&self) -> (&[u8], &[u64]);

    /// How many texts there are; codes are below.
    ///
    /// ```
    /// use dossier::graph::snapshot::ColumnData;
    /// let store = dossier::Store::memory();
    /// store.query("UNWIND ['a', 'b', 'a'] AS x CREATE (:Letter {text: x})", ())?;
    /// store.database().checkpoint()?;
    /// let graph = store.snapshot();
    /// let column = graph.node_column(graph.catalog().key("text").expect("just created"));
    /// let ColumnData::String { dictionary, .. } = column.data else { panic!("all are texts") };
    /// assert_eq!(dictionary.len(), 2);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    fn len(&self) -> usize;

    /// Whether there is no text.
    ///
    /// ```
    /// use dossier::graph::snapshot::ColumnData;
    /// let store = dossier::Store::memory();
    /// store.query("CREATE (:State {name: 'Nauru'})", ())?;
    /// store.database().checkpoint()?;
    /// let graph = store.snapshot();
    /// let column = graph.node_column(graph.catalog().key("name").expect("it has a name"));
    /// let ColumnData::String { dictionary, .. } = column.data else { panic!("all are texts") };
    /// assert!(!dictionary.is_empty());
    /// # Ok::<(), dossier::Error>(())
    /// ```
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
