//! The names that things go by.

use std::sync::Arc;

use crate::value::NodeId;

/// One more name of an entity.
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
    pub const ALL: [AliasKind; 5] = [
        AliasKind::Name,
        AliasKind::Metonym,
        AliasKind::RolePhrase,
        AliasKind::Transliteration,
        AliasKind::Adjective,
    ];

    /// The word for it in data files and results.
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
    pub fn parse(word: &str) -> Option<AliasKind> {
        AliasKind::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}
