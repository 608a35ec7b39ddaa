//! The names that things go by.

use std::sync::Arc;

use crate::value::NodeId;

/// One more name of an entity.
///
/// ```
/// let graph = dossier::Store::shipped()?.snapshot();
/// let alias = graph.aliases().iter().find(|alias| &*alias.text == "Russian").expect("an alias");
/// assert_eq!(alias.kind.as_str(), "adjective");
/// assert_eq!(dossier::graph::source::display_name(&*graph, alias.entity), "Russia");
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Alias {
    /// Whose name it is.
    pub entity: NodeId,
    /// The name as written.
    pub text: Arc<str>,
    /// What kind of name it is.
    pub kind: AliasKind,
    /// BCP 47 tag of the language, where stated.
    pub language: Option<Arc<str>>,
}

/// What kind of name an alias is.
///
/// ```
/// use dossier::graph::alias::AliasKind;
/// assert_eq!(AliasKind::parse("metonym"), Some(AliasKind::Metonym));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum AliasKind {
    /// Another name of the same thing.
    #[default]
    Name,
    /// The name of something that stands for it, as a capital for a government.
    Metonym,
    /// A description by office: "the Russian foreign minister".
    RolePhrase,
    /// The same name in another script's spelling.
    Transliteration,
    /// What belongs to it or comes from it: "Russian" of Russia.
    Adjective,
}

impl AliasKind {
    /// All kinds.
    ///
    /// ```
    /// use dossier::graph::alias::AliasKind;
    /// assert!(AliasKind::ALL.into_iter().all(|kind| AliasKind::parse(kind.as_str()) == Some(kind)));
    /// ```
    pub const ALL: [AliasKind; 5] = [
        AliasKind::Name,
        AliasKind::Metonym,
        AliasKind::RolePhrase,
        AliasKind::Transliteration,
        AliasKind::Adjective,
    ];

    /// The word for it in data files and results.
    ///
    /// ```
    /// assert_eq!(dossier::graph::alias::AliasKind::RolePhrase.as_str(), "role phrase");
    /// ```
    pub const fn as_str(self) -> &'static str {
        match self {
            AliasKind::Name => "name",
            AliasKind::Metonym => "metonym",
            AliasKind::RolePhrase => "role phrase",
            AliasKind::Transliteration => "transliteration",
            AliasKind::Adjective => "adjective",
        }
    }

    /// The kind that a word stands for.
    ///
    /// ```
    /// assert_eq!(dossier::graph::alias::AliasKind::parse("nickname"), None);
    /// ```
    pub fn parse(word: &str) -> Option<AliasKind> {
        AliasKind::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}
