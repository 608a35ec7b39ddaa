//! The pairs of `grammar/facts.pest` to a [`Draft`]: the only file that sees that grammar's rules,
//! with `expected.rs`, which words its errors.

use std::borrow::Cow;

use pest::Parser;
use pest::iterators::{Pair, Pairs};
use pest_derive::Parser;

use super::draft::{
    Also, Complete, Details, Draft, Endpoint, Entity, Place, Property, Reference, Relationship,
    Source, Speaker, Statement, Text, Trait, Words,
};
use super::expected;
use crate::error::{Error, Result, load};
use crate::graph::alias::AliasKind;
use crate::graph::stated;
use crate::text::{Span, suggest};
use crate::value::time::{Date, DateTime, Duration, Edtf, LocalDateTime, LocalTime, Time};
use crate::value::{Map, Point, Value};

/// How deep lists may nest; nothing that can be stored nests deeper than once.
const NESTING_MAX: usize = 16;

#[derive(Parser)]
#[grammar = "../grammar/facts.pest"]
struct FactsParser;

/// The blocks of a facts file.
pub(super) fn parse(text: &str) -> Result<Draft<'_>> {
    check_size(text)?;
    let mut file =
        FactsParser::parse(Rule::file, text).map_err(|error| expected::describe(text, &error))?;
    let mut reader = Reader::default();
    for block in file.next().into_iter().flat_map(Pair::into_inner) {
        reader.block(block)?;
    }
    Ok(reader.draft)
}

/// Refuses what positions cannot count and what the parser should not recurse into.
fn check_size(text: &str) -> Result<()> {
    if u32::try_from(text.len()).is_err() {
        return Err(Error::new(&load::UNEXPECTED, "The file is larger than 4 GiB."));
    }
    let mut depth = 0usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            b'\n' => depth = 0,
            _ => {}
        }
        if depth > NESTING_MAX {
            let message = format!("Brackets are nested deeper than {NESTING_MAX}.");
            return Err(Error::new(&load::UNEXPECTED, message).at(Span::of(at, at + 1)));
        }
    }
    Ok(())
}

/// The draft so far, and the section that facts stand in.
#[derive(Default)]
struct Reader<'t> {
    draft: Draft<'t>,
    document: Option<Reference<'t>>,
    section: Option<Source<'t>>,
}

impl<'t> Reader<'t> {
    fn block(&mut self, pair: Pair<'t, Rule>) -> Result<()> {
        match pair.as_rule() {
            Rule::header => check_version(pair)?,
            Rule::entity => self.draft.entities.push(entity(pair)?),
            Rule::label_words => self.draft.words.push(words(pair, true)?),
            Rule::property_words => self.draft.words.push(words(pair, false)?),
            Rule::relationship => self.draft.relationships.push(relationship(pair)?),
            Rule::document => self.open_document(pair)?,
            Rule::sentence | Rule::place => self.open_place(pair)?,
            Rule::statement => {
                let statement = self.statement(pair)?;
                self.draft.statements.push(statement);
            }
            Rule::stated_value => {
                let statement = self.stated_value(pair)?;
                self.draft.statements.push(statement);
            }
            Rule::complete => {
                let complete = self.complete(pair)?;
                self.draft.completeness.push(complete);
            }
            _ => {}
        }
        Ok(())
    }

    fn open_document(&mut self, pair: Pair<'t, Rule>) -> Result<()> {
        let document = reference(only(pair))?;
        self.section =
            Some(Source { document: document.clone(), locator: Map::new(), summary: None });
        self.draft.documents.push(document.clone());
        self.document = Some(document);
        Ok(())
    }

    fn open_place(&mut self, pair: Pair<'t, Rule>) -> Result<()> {
        let span = span(&pair);
        let document = self.current_document(span)?;
        let mut inner = pair.into_inner();
        let locator = locator(inner.next().expect("the grammar asks for a locator"))?;
        let summary = inner.next().map(summary).transpose()?.flatten();
        self.section =
            Some(Source { document: document.clone(), locator: locator.clone(), summary: None });
        self.draft.places.push(Place { document, locator, summary, span });
        Ok(())
    }

    fn current_document(&self, span: Span) -> Result<Reference<'t>> {
        self.document.clone().ok_or_else(|| {
            Error::new(&load::UNEXPECTED, "No document is open here.")
                .at(span)
                .hint("Put a line `document NAME` above, with the name of one of the entities.")
        })
    }

    fn statement(&self, pair: Pair<'t, Rule>) -> Result<Statement<'t>> {
        let mut inner = pair.into_inner();
        let starts = references(take(&mut inner))?;
        let relationship_type = identifier(only(take(&mut inner)));
        let ends = references(take(&mut inner))?;
        let mut details = Details { sources: self.section_source(), ..Details::default() };
        for detail in inner {
            self.detail(&mut details, detail)?;
        }
        Ok(Statement { starts, relationship_type, ends, details })
    }

    /// `A, B .key: value`: a statement of the type that holds the values, without an end.
    fn stated_value(&self, pair: Pair<'t, Rule>) -> Result<Statement<'t>> {
        let mut inner = pair.into_inner();
        let starts = references(take(&mut inner))?;
        let key = identifier(only(take(&mut inner)));
        let value = value(take(&mut inner))?;
        let relationship_type =
            Text { text: Cow::Owned(stated::type_name(&key.text)), span: key.span };
        let mut details = Details { sources: self.section_source(), ..Details::default() };
        for detail in inner {
            if detail.as_rule() == Rule::property {
                let message = "A value has a date and sources, and no properties of its own.";
                return Err(Error::new(&load::UNEXPECTED, message).at(span(&detail)));
            }
            self.detail(&mut details, detail)?;
        }
        let key = Text { text: Cow::Borrowed(stated::VALUE), span: key.span };
        details.properties.push(Property { key, value });
        Ok(Statement { starts, relationship_type, ends: Vec::new(), details })
    }

    /// The sentence that is open, as the first source of what stands below it.
    fn section_source(&self) -> Vec<Source<'t>> {
        self.section.iter().cloned().collect()
    }

    fn detail(&self, details: &mut Details<'t>, pair: Pair<'t, Rule>) -> Result<()> {
        let whole = span(&pair);
        match pair.as_rule() {
            Rule::valid => once(&mut details.valid, token(only(pair))?, "valid", whole),
            Rule::not_before => {
                once(&mut details.not_before, token(only(pair))?, "not before", whole)
            }
            Rule::not_after => once(&mut details.not_after, token(only(pair))?, "not after", whole),
            Rule::stance => {
                let mut inner = pair.into_inner();
                once(&mut details.stance, plain(&take(&mut inner)), "stance", whole)?;
                details.speaker = inner.next().map(speaker).transpose()?;
                Ok(())
            }
            Rule::rank => once(&mut details.rank, plain(&only(pair)), "rank", whole),
            Rule::because => once(&mut details.because, quoted(only(pair))?, "because", whole),
            Rule::source => {
                details.sources.push(self.source(pair)?);
                Ok(())
            }
            _ => push_property(&mut details.properties, pair),
        }
    }

    fn source(&self, pair: Pair<'t, Rule>) -> Result<Source<'t>> {
        let span = span(&pair);
        let (mut document, mut place, mut text) = (None, Map::new(), None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::locator => place = locator(only(part))?,
                Rule::reference => document = Some(reference(part)?),
                _ => text = Some(quoted(only(part))?),
            }
        }
        let document = match document {
            Some(document) => document,
            None => self.current_document(span)?,
        };
        Ok(Source { document, locator: place, summary: text })
    }

    fn complete(&self, pair: Pair<'t, Rule>) -> Result<Complete<'t>> {
        let mut inner = pair.into_inner();
        let from = endpoint(only(take(&mut inner)))?;
        let relationship_type = identifier(only(take(&mut inner)));
        let to = endpoint(only(take(&mut inner)))?;
        let (mut at, mut sources) = (None, self.section_source());
        for detail in inner {
            let whole = span(&detail);
            match detail.as_rule() {
                Rule::at => once(&mut at, token(only(detail))?, "at", whole)?,
                _ => sources.push(self.source(detail)?),
            }
        }
        Ok(Complete { from, relationship_type, to, at, sources })
    }
}

fn check_version(pair: Pair<'_, Rule>) -> Result<()> {
    let version = only(pair);
    if version.as_str() == "1" {
        return Ok(());
    }
    let message = format!("Version {} of the format is not known here.", version.as_str());
    Err(Error::new(&load::UNEXPECTED, message)
        .at(span(&version))
        .hint("This version of Dossier reads `dossier facts 1`."))
}

fn entity(pair: Pair<'_, Rule>) -> Result<Entity<'_>> {
    let span = span(&pair);
    let mut entity = Entity {
        handle: None,
        name: None,
        labels: Vec::new(),
        aliases: Vec::new(),
        properties: Vec::new(),
        span,
    };
    for part in pair.into_inner() {
        match part.as_rule() {
            Rule::handle => entity.handle = Some(plain(&part)),
            Rule::name => entity.name = Some(name(part)?),
            Rule::labels => entity.labels = part.into_inner().map(identifier).collect(),
            Rule::also => entity.aliases.push(also(part)?),
            _ => push_property(&mut entity.properties, part)?,
        }
    }
    Ok(entity)
}

fn also(pair: Pair<'_, Rule>) -> Result<Also<'_>> {
    let mut inner = pair.into_inner();
    let mut also = Also { name: name(take(&mut inner))?, kind: AliasKind::Name, language: None };
    for part in inner {
        let word = plain(&part);
        if part.as_rule() == Rule::language {
            also.language = Some(word);
            continue;
        }
        match AliasKind::parse(&word.text) {
            Some(kind) => also.kind = kind,
            // `(ru)` alone is a language: tags are short, kinds are not.
            None if word.text.split('-').all(|part| matches!(part.len(), 2..=3)) => {
                also.language = Some(word);
            }
            None => return Err(unknown_kind(&word)),
        }
    }
    Ok(also)
}

fn unknown_kind(word: &Text<'_>) -> Error {
    let kinds = AliasKind::ALL.map(AliasKind::as_str);
    not_one_of("kind of name", word, &kinds)
}

/// A word that should have been one of a few.
pub(super) fn not_one_of(what: &str, word: &Text<'_>, right: &[&str]) -> Error {
    let near = suggest::nearest(&word.text, right.iter().copied());
    let hint = match near {
        Some(near) => format!("Did you mean `{near}`?"),
        None => format!("It can be: {}.", right.join(", ")),
    };
    Error::new(&load::VALUE, format!("`{}` is no {what}.", word.text)).at(word.span).hint(hint)
}

fn words(pair: Pair<'_, Rule>, of_label: bool) -> Result<Words<'_>> {
    let mut inner = pair.into_inner();
    let name = identifier(take(&mut inner));
    let (mut list, mut sub_of) = (Vec::new(), Vec::new());
    for part in inner {
        match part.as_rule() {
            Rule::phrase => list.push(phrase(only(part))?),
            Rule::sub_of => sub_of.extend(part.into_inner().map(identifier)),
            _ => list.extend(part.into_inner().map(self::name).collect::<Result<Vec<_>>>()?),
        }
    }
    Ok(Words { of_label, name, list, sub_of })
}

fn relationship(pair: Pair<'_, Rule>) -> Result<Relationship<'_>> {
    let mut inner = pair.into_inner();
    let mut relationship = Relationship {
        name: identifier(take(&mut inner)),
        from: Vec::new(),
        to: Vec::new(),
        traits: Vec::new(),
        inverse: None,
        sub_of: Vec::new(),
        means: None,
        phrases: Vec::new(),
    };
    for part in inner {
        let whole = span(&part);
        match part.as_rule() {
            Rule::ends => {
                let mut ends = part.into_inner();
                relationship.from = end_labels(take(&mut ends));
                relationship.to = end_labels(take(&mut ends));
            }
            Rule::inverse => {
                once(&mut relationship.inverse, identifier(only(part)), "inverse", whole)?;
            }
            Rule::sub_of => relationship.sub_of.extend(part.into_inner().map(identifier)),
            Rule::means => once(&mut relationship.means, quoted(only(part))?, "means", whole)?,
            Rule::phrase => relationship.phrases.push(phrase(only(part))?),
            _ => relationship
                .traits
                .extend(part.into_inner().map(|word| (trait_of(word.as_str()), span(&word)))),
        }
    }
    Ok(relationship)
}

fn trait_of(word: &str) -> Trait {
    match word {
        "event" => Trait::Event,
        "state" => Trait::State,
        "symmetric" => Trait::Symmetric,
        "transitive" => Trait::Transitive,
        "functional" => Trait::Functional,
        "order" => Trait::Order,
        "unchecked" => Trait::Unchecked,
        _ => Trait::PersistentState,
    }
}

/// The labels of one end; none at all for `any`.
fn end_labels(pair: Pair<'_, Rule>) -> Vec<Text<'_>> {
    pair.into_inner().filter(|part| part.as_rule() == Rule::identifier).map(identifier).collect()
}

fn phrase(pair: Pair<'_, Rule>) -> Result<Text<'_>> {
    if pair.as_rule() == Rule::quoted { quoted(pair) } else { Ok(plain(&pair)) }
}

fn endpoint(pair: Pair<'_, Rule>) -> Result<Endpoint<'_>> {
    if pair.as_rule() == Rule::references {
        return Ok(Endpoint::These(references(pair)?));
    }
    let (mut labels, mut properties) = (Vec::new(), Map::new());
    for part in pair.into_inner() {
        match part.as_rule() {
            Rule::identifier => labels.push(identifier(part)),
            Rule::map => properties = map(part)?,
            _ => {}
        }
    }
    Ok(Endpoint::Any { labels, properties })
}

fn references(pair: Pair<'_, Rule>) -> Result<Vec<Reference<'_>>> {
    pair.into_inner().map(reference).collect()
}

fn reference(pair: Pair<'_, Rule>) -> Result<Reference<'_>> {
    let inner = only(pair);
    let is_handle = inner.as_rule() == Rule::handle;
    let name = if is_handle { plain(&inner) } else { name(inner)? };
    Ok(Reference { name, is_handle })
}

fn speaker(pair: Pair<'_, Rule>) -> Result<Speaker<'_>> {
    let quoted = pair.as_str().starts_with('"');
    Ok(Speaker { name: name(pair)?, quoted })
}

fn summary(pair: Pair<'_, Rule>) -> Result<Option<Text<'_>>> {
    let Some(inner) = pair.into_inner().next() else { return Ok(None) };
    Ok(Some(if inner.as_rule() == Rule::quoted { quoted(inner)? } else { plain(&inner) }))
}

fn locator(pair: Pair<'_, Rule>) -> Result<Map> {
    if pair.as_rule() == Rule::map {
        return map(pair);
    }
    // At most nine digits on each side, so both fit.
    let (paragraph, sentence) = pair.as_str().split_once('.').unwrap_or((pair.as_str(), ""));
    let number = |digits: &str| Value::Integer(digits.parse().unwrap_or(0));
    Ok(Map::from([("paragraph".into(), number(paragraph)), ("sentence".into(), number(sentence))]))
}

fn map(pair: Pair<'_, Rule>) -> Result<Map> {
    let mut map = Map::new();
    for entry in pair.into_inner() {
        let mut inner = entry.into_inner();
        let key = identifier(take(&mut inner));
        let entry = take(&mut inner);
        let value = match entry.as_rule() {
            Rule::map => Value::from(self::map(entry)?),
            _ => value(entry)?,
        };
        if map.insert(key.text.as_ref().into(), value).is_some() {
            return Err(twice(&key.text, key.span));
        }
    }
    Ok(map)
}

fn push_property<'t>(properties: &mut Vec<Property<'t>>, pair: Pair<'t, Rule>) -> Result<()> {
    let mut inner = pair.into_inner();
    let key = identifier(take(&mut inner));
    let value = value(take(&mut inner))?;
    if properties.iter().any(|other| other.key.text == key.text) {
        return Err(twice(&key.text, key.span));
    }
    properties.push(Property { key, value });
    Ok(())
}

fn value(pair: Pair<'_, Rule>) -> Result<Value> {
    let inner = only(pair);
    let place = span(&inner);
    let text = inner.as_str();
    Ok(match inner.as_rule() {
        Rule::quoted => Value::String(quoted(inner)?.text.into()),
        Rule::integer => integer(&inner)?,
        Rule::float => Value::Float(text.parse().map_err(|_| no_value(text, "number", place))?),
        Rule::boolean => Value::Boolean(text == "true"),
        Rule::temporal => temporal(inner)?,
        Rule::point => point(inner)?,
        _ => Value::list(inner.into_inner().map(value).collect::<Result<Vec<_>>>()?),
    })
}

fn integer(pair: &Pair<'_, Rule>) -> Result<Value> {
    let number = pair.as_str().parse().map_err(|_| {
        no_value(pair.as_str(), "64-bit integer", span(pair))
            .hint("Write it with a decimal point, or in quotation marks.")
    })?;
    Ok(Value::Integer(number))
}

fn point(pair: Pair<'_, Rule>) -> Result<Value> {
    let place = span(&pair);
    let text = pair.as_str();
    let mut numbers = pair.into_inner();
    let srid = take(&mut numbers).as_str().parse().ok();
    let coordinates: Vec<f64> = numbers.filter_map(|number| number.as_str().parse().ok()).collect();
    match (srid, coordinates.len()) {
        (Some(srid @ (4326 | 7203)), 2) | (Some(srid @ (4979 | 9157)), 3) => {
            Ok(Value::Point(std::sync::Arc::new(Point { srid, coordinates })))
        }
        _ => Err(no_value(text, "point", place)
            .hint("Begin with 4326 or 7203 and two coordinates, or with 4979 or 9157 and three.")),
    }
}

fn temporal(pair: Pair<'_, Rule>) -> Result<Value> {
    let mut inner = pair.into_inner();
    let word = take(&mut inner).as_str();
    let text = token_text(take(&mut inner))?;
    let parsed = match word {
        "edtf" => Edtf::parse(&text.text).map(Value::from),
        "date" => Date::parse(&text.text).map(Value::from),
        "localtime" => LocalTime::parse(&text.text).map(Value::LocalTime),
        "time" => Time::parse(&text.text, 0).map(Value::Time),
        "localdatetime" => LocalDateTime::parse(&text.text).map(Value::LocalDateTime),
        "datetime" => DateTime::parse(&text.text).map(|value| Value::DateTime(value.into())),
        _ => Duration::parse(&text.text).map(|value| Value::Duration(value.into())),
    };
    parsed.map_err(|error| bad_date(&error, text.span))
}

/// The error of a date's own parser, at the date's place in the file.
pub(super) fn bad_date(error: &Error, span: Span) -> Error {
    let placed = Error::new(&load::VALUE, error.message()).at(span);
    error.hints().iter().fold(placed, Error::hint)
}

fn no_value(text: &str, what: &str, span: Span) -> Error {
    Error::new(&load::VALUE, format!("`{text}` is no {what}.")).at(span)
}

/// Fills what a block may say once.
fn once<T>(slot: &mut Option<T>, value: T, what: &str, span: Span) -> Result<()> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(twice(what, span)),
    }
}

fn twice(what: &str, span: Span) -> Error {
    Error::new(&load::DUPLICATE, format!("`{what}` is given twice.")).at(span)
}

fn token(pair: Pair<'_, Rule>) -> Result<Text<'_>> {
    token_text(only(pair))
}

fn token_text(pair: Pair<'_, Rule>) -> Result<Text<'_>> {
    if pair.as_rule() == Rule::quoted { quoted(pair) } else { Ok(plain(&pair)) }
}

fn name(pair: Pair<'_, Rule>) -> Result<Text<'_>> {
    let inner = only(pair);
    if inner.as_rule() == Rule::quoted { quoted(inner) } else { Ok(plain(&inner)) }
}

// By value, so that it can be mapped over pairs.
#[allow(clippy::needless_pass_by_value)]
fn identifier(pair: Pair<'_, Rule>) -> Text<'_> {
    let mut text = plain(&pair);
    if let Some(inside) = pair.as_str().strip_prefix('`').and_then(|rest| rest.strip_suffix('`')) {
        text.text = Cow::Owned(inside.replace("``", "`"));
    }
    text
}

fn quoted(pair: Pair<'_, Rule>) -> Result<Text<'_>> {
    let place = span(&pair);
    let mut text = Cow::Borrowed("");
    for part in pair.into_inner() {
        if part.as_rule() == Rule::literal {
            text += part.as_str();
        } else {
            text.to_mut().push(escaped(&part)?);
        }
    }
    Ok(Text { text, span: place })
}

fn escaped(pair: &Pair<'_, Rule>) -> Result<char> {
    let escape = pair.as_str();
    match escape.as_bytes()[1] {
        b'n' => Ok('\n'),
        b't' => Ok('\t'),
        b'r' => Ok('\r'),
        b'u' => u32::from_str_radix(&escape[3..escape.len() - 1], 16)
            .ok()
            .and_then(char::from_u32)
            .ok_or_else(|| no_value(escape, "character", span(pair))),
        other => Ok(char::from(other)),
    }
}

fn plain<'t>(pair: &Pair<'t, Rule>) -> Text<'t> {
    Text { text: Cow::Borrowed(pair.as_str()), span: span(pair) }
}

fn span(pair: &Pair<'_, Rule>) -> Span {
    let span = pair.as_span();
    Span::of(span.start(), span.end())
}

fn only(pair: Pair<'_, Rule>) -> Pair<'_, Rule> {
    take(&mut pair.into_inner())
}

fn take<'t>(pairs: &mut Pairs<'t, Rule>) -> Pair<'t, Rule> {
    pairs.next().expect("the grammar asks for this part")
}

pub(super) type ParseError = pest::error::Error<Rule>;
pub(super) use Rule as GrammarRule;
