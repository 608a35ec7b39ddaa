//! From the shape of a recipe to what it means: names looked up, expressions parsed.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;

use super::expression::Expression;
use super::parser::{Columns, parse};
use super::shape::{
    Complete, DocumentFile, EndFile, NodeFile, OneOrMany, Quote, ReadFile, RecipeFile,
    RelationshipFile, Text, Texts,
};
use super::{
    Alias, Document, End, Ends, Name, Nodes, Properties, Qualifying, Recipe, Relationships, Source,
    Type, Whole,
};
use crate::error::{Error, Result, load};
use crate::graph::alias::AliasKind;
use crate::load::rows::{Kind, Layout, Quoting};
use crate::text::{Span, suggest};
use crate::value::Value;
use crate::value::time::Edtf;

/// Finds out what a recipe means; errors have spans of `text`.
pub(super) fn compile(file: &RecipeFile, text: &str) -> Result<Recipe> {
    let compiler = Compiler { text };
    let documents: Result<Vec<Document>> =
        file.document.iter().map(|one| compiler.document(one)).collect();
    let nodes: Result<Vec<Nodes>> = file.node.iter().map(|one| compiler.nodes(one)).collect();
    let (documents, nodes) = (documents?, nodes?);
    let relationships: Result<Vec<Relationships>> = file
        .relationship
        .iter()
        .map(|one| compiler.relationships(one, file.complete.as_ref(), &nodes, &documents))
        .collect();
    if nodes.is_empty() {
        return Err(Error::new(&load::RECIPE, "The recipe makes no nodes.")
            .at(Span::of(0, 0))
            .hint("[[node]]\nfile = \"persons\"\nlabel = \"Person\"\nkey = \"id\""));
    }
    Ok(Recipe {
        lexicons: compiler.names(file.lexicon.as_ref()),
        layout: compiler.layout(file.read.as_ref())?,
        documents,
        nodes,
        relationships: relationships?,
    })
}

struct Compiler<'t> {
    text: &'t str,
}

impl Compiler<'_> {
    fn layout(&self, read: Option<&ReadFile>) -> Result<Layout> {
        let Some(read) = read else { return Ok(Layout::default()) };
        let byte =
            |text: &str, span: Span, what: &str| match text.as_bytes() {
                [byte] if byte.is_ascii() && !matches!(byte, b'\n' | b'\r') => Ok(*byte),
                _ => Err(Error::new(&load::RECIPE, format!("{what} is one character of ASCII."))
                    .at(span)),
            };
        let delimiter = match &read.delimiter {
            Some(text) => Some(byte(text.get_ref(), span(text), "What stands between values")?),
            None => None,
        };
        let decimal_comma = match &read.decimal {
            None => false,
            Some(mark) => match mark.get_ref().as_str() {
                "," => true,
                "." => false,
                _ => {
                    let message = "Fractions stand behind a point or a comma.";
                    return Err(Error::new(&load::RECIPE, message)
                        .at(span(mark))
                        .hint("decimal = \",\""));
                }
            },
        };
        let quoting = match &read.quote {
            None => Quoting::Usual,
            Some(quote) => match quote.get_ref() {
                Quote::Off(false) => Quoting::None,
                Quote::Off(true) => Quoting::Mark(b'"'),
                Quote::Mark(mark) => Quoting::Mark(byte(mark, span(quote), "A quotation mark")?),
            },
        };
        Ok(Layout {
            delimiter,
            quoting,
            names: read.columns.clone(),
            nulls: self.plain(read.null.as_ref()),
            decimal_comma,
        })
    }

    fn document(&self, file: &DocumentFile) -> Result<Document> {
        let date = file
            .date
            .as_ref()
            .map(|date| Edtf::parse(date.get_ref()).map_err(|error| error.at(span(date))));
        let properties = file.properties.iter().map(|(key, value)| {
            let value = match value {
                toml::Value::String(text) => Value::from(text.as_str()),
                toml::Value::Integer(value) => (*value).into(),
                toml::Value::Float(value) => (*value).into(),
                toml::Value::Boolean(value) => (*value).into(),
                _ => {
                    let message = format!("The property `{key}` is neither a text nor a number.");
                    return Err(Error::new(&load::RECIPE, message).at(span(&file.name)));
                }
            };
            Ok((key.clone(), value))
        });
        Ok(Document {
            name: file.name.get_ref().clone(),
            label: file.label.as_ref().map_or("Document", |label| label.get_ref()).to_owned(),
            date: date.transpose()?,
            properties: properties.collect::<Result<_>>()?,
        })
    }

    fn nodes(&self, file: &NodeFile) -> Result<Nodes> {
        let mut columns = Columns::default();
        let each = self.expressions(file.each.as_ref(), &mut columns)?;
        let condition = self.expression(file.condition.as_ref(), &mut columns)?;
        let mut keys = self.expressions(file.key.as_ref(), &mut columns)?;
        // Of nodes for each distinct value, all else is computed from that value.
        let mut inner = Columns::default();
        if !each.is_empty() {
            keys = vec![Expression::Column(inner.place("value", Span::default()))];
            if let Some(key) = &file.key {
                let message = "The key of nodes made for `each` distinct value is that value.";
                return Err(Error::new(&load::RECIPE, message)
                    .at(span(key))
                    .hint("Leave `key` out."));
            }
        }
        let over = if each.is_empty() { &mut columns } else { &mut inner };
        let properties = self.properties(file.properties.as_ref(), over)?;
        let labels_from = self.expression(file.labels_from.as_ref(), over)?;
        let mut aliases = Vec::new();
        for alias in &file.alias {
            let kind = match &alias.kind {
                None => AliasKind::default(),
                Some(word) => {
                    one_of(word, AliasKind::parse, AliasKind::ALL.map(AliasKind::as_str))?
                }
            };
            aliases.push(Alias {
                name: self.parse(&alias.name, over)?,
                kind,
                language: alias.language.as_ref().map(|tag| tag.get_ref().clone()),
            });
        }
        let also = self.expression(file.also.as_ref(), over)?;
        let labels = self.plain(file.label.as_ref());
        let group = file.group.as_ref().map(|group| group.get_ref().clone());
        Ok(Nodes {
            files: self.names(file.file.as_ref()),
            group: group.or_else(|| labels.first().cloned()).unwrap_or_default(),
            labels,
            labels_from,
            keys,
            each,
            sorted: file.sorted,
            merge: file.merge,
            condition,
            kinds: self.kinds(&file.types, &mut columns)?,
            columns,
            properties,
            aliases,
            also,
        })
    }

    fn relationships(
        &self,
        file: &RelationshipFile,
        complete: Option<&Spanned<Complete>>,
        nodes: &[Nodes],
        documents: &[Document],
    ) -> Result<Relationships> {
        let mut columns = Columns::default();
        let relationship_type = match (&file.relationship_type, &file.type_from) {
            (Some(name), None) => Type::Is(name.get_ref().clone()),
            (None, Some(from)) => Type::From(self.parse(from, &mut columns)?),
            (Some(name), Some(_)) => {
                let message = "A relationship has either `type` or `type_from`.";
                return Err(Error::new(&load::RECIPE, message).at(span(name)));
            }
            (None, None) => {
                let message = "The relationship has no type.";
                let from = span(&file.from.node);
                return Err(Error::new(&load::RECIPE, message).at(from).hint("type = \"KNOWS\""));
            }
        };
        let ends = Ends {
            from: self.end(&file.from, nodes, &mut columns)?,
            to: self.end(&file.to, nodes, &mut columns)?,
        };
        let mut qualifying = self.qualifying(file, documents, &mut columns)?;
        if let Some(sources) = &file.sources {
            self.group(&sources.node, nodes)?;
            let list = self.parse(&sources.list, &mut columns)?;
            qualifying.sources = Some((list, sources.node.get_ref().clone()));
        }
        Ok(Relationships {
            files: self.names(file.file.as_ref()),
            relationship_type,
            ends,
            distinct: file.distinct,
            condition: self.expression(file.condition.as_ref(), &mut columns)?,
            kinds: self.kinds(&file.types, &mut columns)?,
            properties: self.properties(file.properties.as_ref(), &mut columns)?,
            qualifying,
            complete: self.complete(file.complete.as_ref().or(complete))?,
            columns,
        })
    }

    /// The first table that makes nodes of a group.
    fn group<'n>(&self, named: &Text, nodes: &'n [Nodes]) -> Result<&'n Nodes> {
        let group = named.get_ref();
        nodes.iter().find(|nodes| nodes.group == *group).ok_or_else(|| {
            let groups = nodes.iter().map(|nodes| nodes.group.as_str());
            let near = suggest::nearest(group, groups.clone());
            let hint = near.map_or_else(
                || format!("There are: {}", groups.collect::<Vec<_>>().join(", ")),
                |near| format!("Did you mean `{near}`?"),
            );
            let message = format!("No [[node]] makes nodes of the group `{group}`.");
            Error::new(&load::RECIPE, message).at(span(named)).hint(hint)
        })
    }

    fn end(&self, file: &EndFile, nodes: &[Nodes], columns: &mut Columns) -> Result<End> {
        let group = file.node.get_ref();
        let known = self.group(&file.node, nodes)?;
        let keys = self.expressions(Some(&file.key), columns)?;
        if keys.len() != known.keys.len() {
            let at = span(&file.key);
            let message = if known.keys.is_empty() {
                format!("The nodes of the group `{group}` have no key.")
            } else {
                let (has, here) = (known.keys.len(), keys.len());
                format!("The key of `{group}` has {has} parts, not {here}.")
            };
            return Err(Error::new(&load::RECIPE, message).at(at));
        }
        let written = Some(self.plain(Some(&file.key)).join(", "));
        Ok(End { group: group.clone(), keys, written })
    }

    fn qualifying(
        &self,
        file: &RelationshipFile,
        documents: &[Document],
        columns: &mut Columns,
    ) -> Result<Qualifying> {
        let mut source = None;
        if let Some(file) = &file.source {
            let name = file.document.get_ref();
            let Some(document) = documents.iter().position(|one| one.name == *name) else {
                let near = suggest::nearest(name, documents.iter().map(|one| one.name.as_str()));
                let hint = near.map_or_else(
                    || format!("[[document]]\nname = \"{name}\""),
                    |near| format!("Did you mean `{near}`?"),
                );
                let message = format!("No [[document]] is called `{name}`.");
                return Err(Error::new(&load::RECIPE, message).at(span(&file.document)).hint(hint));
            };
            let mut locator = Vec::new();
            for (key, value) in &file.at {
                locator.push((key.as_str().into(), self.parse(value, columns)?));
            }
            let summary = self.expression(file.summary.as_ref(), columns)?;
            source = Some(Source { document, locator, summary });
        }
        Ok(Qualifying {
            valid: self.expression(file.valid.as_ref(), columns)?,
            not_before: self.expression(file.not_before.as_ref(), columns)?,
            not_after: self.expression(file.not_after.as_ref(), columns)?,
            stance: self.expression(file.stance.as_ref(), columns)?,
            speaker: self.expression(file.speaker.as_ref(), columns)?,
            rank: self.expression(file.rank.as_ref(), columns)?,
            reason: self.expression(file.because.as_ref(), columns)?,
            source,
            sources: None,
        })
    }

    fn complete(&self, complete: Option<&Spanned<Complete>>) -> Result<Option<Whole>> {
        let Some(complete) = complete else { return Ok(None) };
        match complete.get_ref() {
            Complete::Is(false) => Ok(None),
            Complete::Is(true) => Ok(Some(Whole { at: None })),
            Complete::At(text) => {
                let at = Edtf::parse(text).map_err(|error| error.at(span(complete)))?;
                Ok(Some(Whole { at: Some(at) }))
            }
        }
    }

    fn properties(
        &self,
        written: Option<&BTreeMap<String, Text>>,
        columns: &mut Columns,
    ) -> Result<Properties> {
        let Some(written) = written else { return Ok(Properties::AllColumns) };
        let pairs = written.iter().map(|(key, text)| Ok((key.clone(), self.parse(text, columns)?)));
        Ok(Properties::These(pairs.collect::<Result<_>>()?))
    }

    fn kinds(
        &self,
        types: &BTreeMap<String, Text>,
        columns: &mut Columns,
    ) -> Result<BTreeMap<String, Kind>> {
        let mut kinds = BTreeMap::new();
        for (column, word) in types {
            let kind = Kind::parse(word.get_ref()).map_err(|near| {
                let hint = near.map_or_else(
                    || format!("There are: {}", Kind::ALL.map(Kind::as_str).join(", ")),
                    |near| format!("Did you mean `{near}`?"),
                );
                let message = format!("`{}` is no type of a column.", word.get_ref());
                Error::new(&load::RECIPE, message).at(span(word)).hint(hint)
            })?;
            // A column whose type is named must exist, so that a mistake in its name is found.
            columns.place(column, span(word));
            kinds.insert(column.clone(), kind);
        }
        Ok(kinds)
    }

    fn expressions(
        &self,
        texts: Option<&OneOrMany>,
        columns: &mut Columns,
    ) -> Result<Vec<Expression>> {
        self.texts(texts).iter().map(|text| self.parse(text, columns)).collect()
    }

    /// The texts of an either-or, with their places.
    fn texts(&self, written: Option<&OneOrMany>) -> Vec<Text> {
        let Some(written) = written else { return Vec::new() };
        let range = written.span();
        match written.get_ref() {
            Texts::One(text) => vec![Text::new(range, text.clone())],
            Texts::Many(texts) => {
                let mut from = range.start;
                let place = |text: &String| {
                    let rest = self.text.get(from..range.end).unwrap_or_default();
                    let quoted = [format!("\"{text}\""), format!("'{text}'")];
                    let found = quoted.iter().filter_map(|quoted| rest.find(quoted)).min();
                    let place =
                        found.map_or(range.clone(), |at| from + at..from + at + text.len() + 2);
                    from = found.map_or(from, |_| place.end);
                    Text::new(place, text.clone())
                };
                texts.iter().map(place).collect()
            }
        }
    }

    fn names(&self, written: Option<&OneOrMany>) -> Vec<Name> {
        self.texts(written).iter().map(name).collect()
    }

    fn plain(&self, written: Option<&OneOrMany>) -> Vec<String> {
        self.texts(written).into_iter().map(Text::into_inner).collect()
    }

    fn expression(&self, text: Option<&Text>, columns: &mut Columns) -> Result<Option<Expression>> {
        text.map(|text| self.parse(text, columns)).transpose()
    }

    fn parse(&self, text: &Text, columns: &mut Columns) -> Result<Expression> {
        let range = text.span();
        let inside = inside(self.text, &range, text.get_ref());
        parse(text.get_ref(), inside.unwrap_or(range.start), columns).map_err(|error| {
            // Where the text has escapes, places inside it mean nothing.
            if inside.is_some() { error } else { moved(error, span(text)) }
        })
    }
}

/// Where the characters of a TOML text begin, if they stand there as they are.
fn inside(file: &str, range: &Range<usize>, text: &str) -> Option<usize> {
    let written = file.get(range.clone())?;
    let at = written.find(|c| c != '"' && c != '\'')?;
    written[at..].starts_with(text).then_some(range.start + at)
}

fn moved(error: Error, span: Span) -> Error {
    let hints = error.hints().to_vec();
    let error = Error::new(&load::RECIPE, error.message()).at(span);
    hints.into_iter().fold(error, Error::hint)
}

fn one_of<T, const N: usize>(
    word: &Text,
    parse: impl Fn(&str) -> Option<T>,
    known: [&'static str; N],
) -> Result<T> {
    parse(word.get_ref()).ok_or_else(|| {
        let hint = format!("There are: {}", known.join(", "));
        let message = format!("`{}` is none of those.", word.get_ref());
        Error::new(&load::RECIPE, message).at(span(word)).hint(hint)
    })
}

fn name(text: &Text) -> Name {
    Name { text: text.get_ref().clone(), span: span(text) }
}

fn span<T>(text: &Spanned<T>) -> Span {
    Span::of(text.span().start, text.span().end)
}
