//! From a [`Draft`] to what can be written: names looked up, dates parsed, declarations checked.
//!
//! Nothing is written here, so that a mistake anywhere leaves the graph as it was.

use std::sync::Arc;

use hashbrown::HashMap;

use super::draft::{
    Complete, Details, Draft, Endpoint, Entity, Reference, Relationship, Source, Speaker,
    Statement, Text, Trait, Words,
};
use super::parser::{bad_date, not_one_of};
use super::text::map_text;
use crate::error::{Error, Result, load};
use crate::graph::alias::AliasKind;
use crate::graph::declaration::Temporality;
use crate::graph::stated;
use crate::graph::statement::{Qualifiers, Rank, Stance};
use crate::text::{Span, suggest};
use crate::value::time::{Date, Edtf};
use crate::value::{Map, Value};

/// An entity of the file, by position.
pub(super) type EntityIndex = usize;

/// A file that can be written without a further question.
#[derive(Debug)]
pub(super) struct Resolved<'t> {
    pub(super) draft: &'t Draft<'t>,
    pub(super) declarations: Vec<Declared<'t>>,
    pub(super) statements: Vec<Fact<'t>>,
    pub(super) completeness: Vec<Completed<'t>>,
}

/// One relationship type.
#[derive(Debug)]
pub(super) struct Declared<'t> {
    pub(super) relationship: &'t Relationship<'t>,
    pub(super) kind: Option<Temporality>,
}

/// The statements of one line: every start with every end.
#[derive(Debug)]
pub(super) struct Fact<'t> {
    pub(super) starts: Vec<EntityIndex>,
    pub(super) relationship_type: &'t str,
    pub(super) ends: Vec<EntityIndex>,
    pub(super) properties: &'t [super::draft::Property<'t>],
    pub(super) valid: Option<Edtf>,
    pub(super) not_before: Option<Date>,
    pub(super) not_after: Option<Date>,
    pub(super) stance: Stance,
    pub(super) speaker: Option<Arc<str>>,
    pub(super) rank: Rank,
    pub(super) because: Option<Arc<str>>,
    pub(super) sources: Vec<Rest>,
}

/// A place that a statement rests on.
#[derive(Clone, Debug)]
pub(super) struct Rest {
    pub(super) document: EntityIndex,
    pub(super) locator: Arc<Map>,
    pub(super) summary: Option<Arc<str>>,
}

/// A completeness statement.
#[derive(Debug)]
pub(super) struct Completed<'t> {
    pub(super) from: Side<'t>,
    pub(super) relationship_type: &'t str,
    pub(super) to: Side<'t>,
    pub(super) at: Option<Edtf>,
    pub(super) sources: Vec<Rest>,
}

/// One side of a completeness statement.
#[derive(Clone, Debug)]
pub(super) enum Side<'t> {
    Any { labels: Vec<&'t str>, properties: &'t Map },
    One(EntityIndex),
}

/// Looks everything up and checks what the declarations ask.
pub(super) fn resolve<'t>(draft: &'t Draft<'t>) -> Result<Resolved<'t>> {
    let names = Names::of(draft)?;
    let places = Places::of(draft, &names)?;
    let declarations = declarations(draft)?;
    let types = Types::of(&declarations)?;
    let facts = Facts { draft, names: &names, places: &places, types: &types };
    let statements = draft.statements.iter().map(|one| facts.statement(one));
    let statements = statements.collect::<Result<Vec<_>>>()?;
    let mut completeness = Vec::new();
    for one in &draft.completeness {
        facts.complete(one, &mut completeness)?;
    }
    Ok(Resolved { draft, declarations, statements, completeness })
}

/// Which entity a name or a handle means.
struct Names<'t> {
    draft: &'t Draft<'t>,
    by_name: HashMap<&'t str, EntityIndex>,
    by_handle: HashMap<&'t str, EntityIndex>,
}

impl<'t> Names<'t> {
    fn of(draft: &'t Draft<'t>) -> Result<Names<'t>> {
        let mut names = Names {
            draft,
            by_name: HashMap::with_capacity(draft.entities.len()),
            by_handle: HashMap::new(),
        };
        for (index, entity) in draft.entities.iter().enumerate() {
            check_entity(entity)?;
            names.add(index, entity)?;
        }
        Ok(names)
    }

    fn add(&mut self, index: EntityIndex, entity: &'t Entity<'t>) -> Result<()> {
        if let Some(handle) = &entity.handle {
            if self.by_handle.insert(&handle.text, index).is_some() {
                let message = format!("`{}` is the handle of two entities.", handle.text);
                return Err(Error::new(&load::DUPLICATE, message).at(handle.span));
            }
            // With a handle, an entity may bear a name that another bears too.
            if let Some(name) = &entity.name {
                self.by_name.entry(&name.text).or_insert(index);
            }
            return Ok(());
        }
        let Some(name) = &entity.name else { return Ok(()) };
        match self.by_name.insert(&name.text, index) {
            Some(other) if self.draft.entities[other].handle.is_none() => {
                let message = format!("Two entities are called `{}`.", name.text);
                let hint = format!("Give one a handle: `entity @other {}`.", name.text);
                Err(Error::new(&load::DUPLICATE, message).at(name.span).hint(hint))
            }
            _ => Ok(()),
        }
    }

    fn find(&self, reference: &Reference<'t>) -> Result<EntityIndex> {
        let text = &*reference.name.text;
        let known = if reference.is_handle { &self.by_handle } else { &self.by_name };
        known.get(text).copied().ok_or_else(|| self.unknown(&reference.name))
    }

    fn unknown(&self, name: &Text<'_>) -> Error {
        let message = format!("No entity of this file is called `{}`.", name.text);
        let all = self.by_name.keys().chain(self.by_handle.keys()).copied();
        let hint = match (self.owner_of_alias(&name.text), suggest::nearest(&name.text, all)) {
            (Some(owner), _) => format!("It is another name of `{owner}`; facts use the first."),
            (None, Some(near)) => format!("Did you mean `{near}`?"),
            (None, None) => format!("Add a line `entity {}: LABEL`.", name.text),
        };
        Error::new(&load::UNKNOWN_NAME, message).at(name.span).hint(hint)
    }

    fn owner_of_alias(&self, text: &str) -> Option<&str> {
        let entity = self.draft.entities.iter().find(|entity| {
            entity.aliases.iter().any(|also| also.name.text.eq_ignore_ascii_case(text))
        })?;
        entity.name.as_ref().map(|name| &*name.text)
    }
}

fn check_entity(entity: &Entity<'_>) -> Result<()> {
    let named = entity.name.is_some();
    let property = entity.properties.iter().find(|property| &*property.key.text == "name");
    if let (true, Some(property)) = (named, property) {
        let message = "The name of this entity is given twice.";
        return Err(Error::new(&load::DUPLICATE, message).at(property.key.span));
    }
    if named || entity.handle.is_some() {
        return Ok(());
    }
    Err(Error::new(&load::UNEXPECTED, "This entity has neither name nor handle.").at(entity.span))
}

/// What the places of the documents say, by document and locator.
struct Places {
    summaries: HashMap<(EntityIndex, String), Option<Arc<str>>>,
}

impl Places {
    fn of<'t>(draft: &'t Draft<'t>, names: &Names<'t>) -> Result<Places> {
        let mut summaries: HashMap<_, Option<Arc<str>>> = HashMap::new();
        for document in &draft.documents {
            names.find(document)?;
        }
        for place in &draft.places {
            let key = (names.find(&place.document)?, map_text(&place.locator));
            let summary = place.summary.as_ref().and_then(summary_text);
            let known = summaries.entry(key).or_insert(None);
            if known.is_some() && summary.is_some() {
                let message = "This place is summarised twice.";
                let error = Error::new(&load::DUPLICATE, message).at(place.span);
                return Err(error.hint("To go on with it, name it without a summary."));
            }
            *known = known.take().or(summary);
        }
        Ok(Places { summaries })
    }

    fn rest<'t>(&self, names: &Names<'t>, source: &Source<'t>) -> Result<Rest> {
        let document = names.find(&source.document)?;
        let summary = match &source.summary {
            Some(own) => summary_text(own),
            None => self.summaries.get(&(document, map_text(&source.locator))).cloned().flatten(),
        };
        Ok(Rest { document, locator: Arc::new(source.locator.clone()), summary })
    }
}

/// An empty summary is none.
fn summary_text(text: &Text<'_>) -> Option<Arc<str>> {
    (!text.text.is_empty()).then(|| text.text.as_ref().into())
}

fn declarations<'t>(draft: &'t Draft<'t>) -> Result<Vec<Declared<'t>>> {
    draft.relationships.iter().map(declared).collect()
}

fn declared<'t>(relationship: &'t Relationship<'t>) -> Result<Declared<'t>> {
    let mut kind = None;
    let mut seen: Vec<Trait> = Vec::new();
    for &(one, span) in &relationship.traits {
        if seen.contains(&one) {
            let message = "The same is said twice of this type.";
            return Err(Error::new(&load::DUPLICATE, message).at(span));
        }
        seen.push(one);
        let this = match one {
            Trait::Event => Temporality::Event,
            Trait::State => Temporality::State { persistent: false },
            Trait::PersistentState => Temporality::State { persistent: true },
            Trait::Symmetric
            | Trait::Transitive
            | Trait::Functional
            | Trait::Order
            | Trait::Unchecked => continue,
        };
        if kind.replace(this).is_some() {
            let message = "A type is either an event or a state, not both.";
            return Err(Error::new(&load::DECLARATION, message).at(span));
        }
    }
    Ok(Declared { relationship, kind })
}

/// The declared types by name.
struct Types<'t> {
    by_name: HashMap<&'t str, &'t Relationship<'t>>,
}

impl<'t> Types<'t> {
    fn of(declarations: &[Declared<'t>]) -> Result<Types<'t>> {
        let mut by_name = HashMap::with_capacity(declarations.len());
        for declared in declarations {
            let name = &declared.relationship.name;
            if by_name.insert(&*name.text, declared.relationship).is_some() {
                let message = format!("The type `{}` is declared twice.", name.text);
                return Err(Error::new(&load::DUPLICATE, message).at(name.span));
            }
        }
        Ok(Types { by_name })
    }

    /// The declaration of a type. A file that declares any type declares all, so that a misspelt
    /// one is found; a file that declares none may use what it likes.
    fn find(&self, name: &Text<'t>) -> Result<Option<&'t Relationship<'t>>> {
        if self.by_name.is_empty() {
            return Ok(None);
        }
        self.by_name.get(&*name.text).copied().map(Some).ok_or_else(|| {
            let message = format!("The relationship type `{}` is not declared.", name.text);
            let hint = match suggest::nearest(&name.text, self.by_name.keys().copied()) {
                Some(near) => format!("Did you mean `{near}`?"),
                None => format!("Add a line `relationship {}`.", name.text),
            };
            Error::new(&load::UNKNOWN_NAME, message).at(name.span).hint(hint)
        })
    }
}

/// What statements are resolved against.
struct Facts<'a, 't> {
    draft: &'t Draft<'t>,
    names: &'a Names<'t>,
    places: &'a Places,
    types: &'a Types<'t>,
}

impl<'t> Facts<'_, 't> {
    fn statement(&self, statement: &'t Statement<'t>) -> Result<Fact<'t>> {
        let is_value = stated::key_of(&statement.relationship_type.text).is_some();
        let declared =
            if is_value { None } else { self.types.find(&statement.relationship_type)? };
        let starts = self.ends(&statement.starts, declared.map(|one| (one, true)))?;
        let ends = self.ends(&statement.ends, declared.map(|one| (one, false)))?;
        let details = &statement.details;
        let valid = details.valid.as_ref().map(edtf).transpose()?;
        let not_before = details.not_before.as_ref().map(date).transpose()?;
        let not_after = details.not_after.as_ref().map(date).transpose()?;
        let when = Qualifiers { valid, not_before, not_after, ..Qualifiers::default() };
        if let Some(message) = when.contradiction(["valid", "not before", "not after"]) {
            let places = [&details.not_after, &details.not_before, &details.valid];
            let place = places.into_iter().flatten().next().map_or(Span::default(), |one| one.span);
            return Err(Error::new(&load::VALUE, message).at(place));
        }
        let Qualifiers { valid, not_before, not_after, .. } = when;
        Ok(Fact {
            starts,
            relationship_type: &statement.relationship_type.text,
            ends,
            properties: &details.properties,
            valid,
            not_before,
            not_after,
            stance: details.stance.as_ref().map_or(Ok(Stance::Asserted), stance)?,
            speaker: details.speaker.as_ref().map(|one| self.speaker(one)).transpose()?,
            rank: details.rank.as_ref().map_or(Ok(Rank::Normal), rank)?,
            because: details.because.as_ref().map(|text| text.text.as_ref().into()),
            sources: self.sources(details)?,
        })
    }

    fn sources(&self, details: &Details<'t>) -> Result<Vec<Rest>> {
        details.sources.iter().map(|source| self.places.rest(self.names, source)).collect()
    }

    /// Looks up one side of a fact and checks it against its type's declaration.
    fn ends(
        &self,
        references: &[Reference<'t>],
        declared: Option<(&'t Relationship<'t>, bool)>,
    ) -> Result<Vec<EntityIndex>> {
        let mut indices = Vec::with_capacity(references.len());
        for reference in references {
            let index = self.names.find(reference)?;
            if let Some((relationship, is_start)) = declared {
                self.check_end(index, reference, relationship, is_start)?;
            }
            indices.push(index);
        }
        Ok(indices)
    }

    /// Labels, and all that they are declared to be kinds of.
    fn with_kinds<'l>(&'l self, mut labels: Vec<&'l str>) -> Vec<&'l str> {
        let mut at = 0;
        while let Some(label) = labels.get(at).copied() {
            at += 1;
            let own = |words: &&Words<'t>| words.of_label && words.name.text == label;
            for above in self.draft.words.iter().filter(own).flat_map(|words| &words.sub_of) {
                if !labels.contains(&&*above.text) {
                    labels.push(&above.text);
                }
            }
        }
        labels
    }

    fn check_end(
        &self,
        index: EntityIndex,
        reference: &Reference<'t>,
        relationship: &Relationship<'t>,
        is_start: bool,
    ) -> Result<()> {
        let (wanted, verb) = if is_start {
            (&relationship.from, "starts at")
        } else {
            (&relationship.to, "ends at")
        };
        let has: Vec<&str> =
            self.draft.entities[index].labels.iter().map(|label| &*label.text).collect();
        let has = self.with_kinds(has);
        let is_unchecked = relationship.traits.iter().any(|&(one, _)| one == Trait::Unchecked);
        let fits = || wanted.iter().any(|label| has.contains(&&*label.text));
        if wanted.is_empty() || is_unchecked || fits() {
            return Ok(());
        }
        let wanted: Vec<&str> = wanted.iter().map(|label| &*label.text).collect();
        let is = if has.is_empty() { "nothing".to_owned() } else { has.join(", ") };
        let message = format!(
            "`{}` {verb} {}, but `{}` is {is}.",
            relationship.name.text,
            wanted.join(" or "),
            reference.name.text,
        );
        let near = has.iter().find_map(|label| suggest::nearest(label, wanted.iter().copied()));
        Err(Error::new(&load::DECLARATION, message)
            .at(reference.name.span)
            .hint_opt(near.map(|near| format!("Did you mean the label `{near}`?"))))
    }

    fn speaker(&self, speaker: &Speaker<'t>) -> Result<Arc<str>> {
        let name = &*speaker.name.text;
        if speaker.quoted || self.names.by_name.contains_key(name) {
            return Ok(name.into());
        }
        Err(self
            .names
            .unknown(&speaker.name)
            .hint(format!("For somebody who is no entity: `by \"{name}\"`.")))
    }

    fn complete(&self, complete: &'t Complete<'t>, out: &mut Vec<Completed<'t>>) -> Result<()> {
        let declared = self.types.find(&complete.relationship_type)?;
        let from = self.sides(&complete.from, declared.map(|one| (one, true)))?;
        let to = self.sides(&complete.to, declared.map(|one| (one, false)))?;
        let at = complete.at.as_ref().map(edtf).transpose()?;
        let sources = complete.sources.iter().map(|source| self.places.rest(self.names, source));
        let sources = sources.collect::<Result<Vec<_>>>()?;
        for from in &from {
            for to in &to {
                out.push(Completed {
                    from: from.clone(),
                    relationship_type: &complete.relationship_type.text,
                    to: to.clone(),
                    at: at.clone(),
                    sources: sources.clone(),
                });
            }
        }
        Ok(())
    }

    fn sides(
        &self,
        endpoint: &'t Endpoint<'t>,
        declared: Option<(&'t Relationship<'t>, bool)>,
    ) -> Result<Vec<Side<'t>>> {
        Ok(match endpoint {
            Endpoint::Any { labels, properties } => {
                let labels = labels.iter().map(|label| &*label.text).collect();
                vec![Side::Any { labels, properties }]
            }
            Endpoint::These(references) => {
                self.ends(references, declared)?.into_iter().map(Side::One).collect()
            }
        })
    }
}

fn edtf(text: &Text<'_>) -> Result<Edtf> {
    Edtf::parse(&text.text).map_err(|error| bad_date(&error, text.span))
}

fn date(text: &Text<'_>) -> Result<Date> {
    Date::parse(&text.text).map_err(|error| bad_date(&error, text.span))
}

fn stance(word: &Text<'_>) -> Result<Stance> {
    Stance::parse(&word.text)
        .ok_or_else(|| not_one_of("stance", word, &Stance::ALL.map(Stance::as_str)))
}

fn rank(word: &Text<'_>) -> Result<Rank> {
    Rank::parse(&word.text).ok_or_else(|| not_one_of("rank", word, &Rank::ALL.map(Rank::as_str)))
}

/// The value of a property of an entity, its name included.
pub(super) fn name_value(entity: &Entity<'_>) -> Option<Value> {
    entity.name.as_ref().map(|name| Value::from(name.text.as_ref()))
}

const _: () = assert!(AliasKind::ALL.len() == 5, "docs/data-format.md lists the kinds of names");
