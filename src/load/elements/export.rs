//! A graph into lines of elements.

use std::io::{self, Write};
use std::sync::Arc;

use hashbrown::HashMap;

use crate::graph::alias::{Alias, AliasKind};
use crate::graph::declaration::{Declaration, Endpoint, Meaning, Temporality};
use crate::graph::rule::{Rule, RuleKind};
use crate::graph::schema::{for_each_node, for_each_statement};
use crate::graph::source::Support;
use crate::graph::statement::{Rank, Stance};
use crate::graph::{LabelId, Snapshot};
use crate::render::json;
use crate::value::time::{Date, Edtf};
use crate::value::{Map, NodeId, StatementId, Value};

/// Writes a graph.
#[doc(hidden)]
pub fn export(graph: &dyn Snapshot, out: &mut dyn Write) -> io::Result<()> {
    Exporter { graph, out, line: Vec::new() }.everything()
}

/// Writes what is declared, a line each.
#[doc(hidden)]
pub fn export_declarations(graph: &dyn Snapshot, out: &mut dyn Write) -> io::Result<()> {
    Exporter { graph, out, line: Vec::new() }.declarations()
}

struct Exporter<'a> {
    graph: &'a dyn Snapshot,
    out: &'a mut dyn Write,
    /// The line in the making.
    line: Vec<u8>,
}

impl Exporter<'_> {
    fn everything(&mut self) -> io::Result<()> {
        let mut also: HashMap<NodeId, Vec<&Alias>> = HashMap::new();
        for alias in self.graph.aliases() {
            also.entry(alias.entity).or_default().push(alias);
        }
        let graph = self.graph;
        let mut done = Ok(());
        for_each_node(graph, |node| {
            if done.is_ok() {
                done = self.node(node, also.get(&node).map_or(&[], Vec::as_slice));
            }
        });
        done?;
        let mut done = Ok(());
        for_each_statement(graph, |statement| {
            if done.is_ok() {
                done = self.relationship(statement);
            }
        });
        done?;
        self.declarations()
    }

    fn node(&mut self, node: NodeId, also: &[&Alias]) -> io::Result<()> {
        self.element(&Value::Node(node))?;
        if !also.is_empty() {
            self.key("also")?;
            self.list(also, |out, alias| {
                out.begin();
                out.text("name", &alias.text)?;
                if alias.kind != AliasKind::Name {
                    out.text("kind", alias.kind.as_str())?;
                }
                out.option("language", alias.language.as_deref())?;
                out.line.push(b'}');
                Ok(())
            })?;
        }
        self.end()
    }

    fn relationship(&mut self, statement: StatementId) -> io::Result<()> {
        self.element(&Value::Relationship(statement))?;
        if let Some(qualifiers) = self.graph.qualifiers(statement) {
            self.option("valid", qualifiers.valid.as_ref().map(Edtf::as_str))?;
            let day = |day: Option<Date>| day.map(|day| day.to_string());
            self.option("not_before", day(qualifiers.not_before).as_deref())?;
            self.option("not_after", day(qualifiers.not_after).as_deref())?;
            self.sources(&qualifiers.support)?;
            if qualifiers.stance != Stance::default() {
                self.text("stance", qualifiers.stance.as_str())?;
            }
            self.option("speaker", qualifiers.speaker.as_deref())?;
            if qualifiers.rank != Rank::default() {
                self.text("rank", qualifiers.rank.as_str())?;
            }
            self.option("because", qualifiers.reason.as_deref())?;
        }
        self.end()
    }

    fn sources(&mut self, supports: &[Support]) -> io::Result<()> {
        if supports.is_empty() {
            return Ok(());
        }
        self.key("sources")?;
        self.list(supports, |out, support| {
            out.begin();
            // A document that was deleted is no more, but that there was one is known.
            if out.graph.contains_node(support.document) {
                out.number("document", support.document)?;
            }
            if !support.locator.is_empty() {
                out.value("at", &Value::Map(Arc::clone(&support.locator)))?;
            }
            out.option("summary", support.summary.as_deref())?;
            out.line.push(b'}');
            Ok(())
        })
    }

    fn declarations(&mut self) -> io::Result<()> {
        let declarations = self.graph.declarations();
        let mut types: Vec<_> = declarations.types.iter().collect();
        types.sort_unstable_by_key(|(id, _)| **id);
        for (id, declaration) in types {
            self.head("declaration");
            self.text("type", self.graph.catalog().type_name(*id))?;
            self.declaration(declaration)?;
        }
        for (label, above) in declarations.kinds.declared() {
            self.head("declaration");
            self.text("label", self.graph.catalog().label_name(label))?;
            self.labels("sub_of", above)?;
            self.end()?;
        }
        for complete in &declarations.completeness {
            self.head("complete");
            self.endpoint("from", &complete.from)?;
            self.text("type", self.graph.catalog().type_name(complete.relationship_type))?;
            self.endpoint("to", &complete.to)?;
            self.option("at", complete.at.as_ref().map(Edtf::as_str))?;
            self.sources(&complete.support)?;
            self.end()?;
        }
        for phrase in &declarations.phrases {
            let catalog = self.graph.catalog();
            self.head("phrase");
            match phrase.means {
                Meaning::Label(id) => self.text("label", catalog.label_name(id))?,
                Meaning::Type(id) => self.text("type", catalog.type_name(id))?,
                Meaning::Key(id) => self.text("key", catalog.key_name(id))?,
            }
            self.text("text", &phrase.text)?;
            self.end()?;
        }
        for inference in &declarations.inferences {
            self.head("inference");
            self.text("name", &inference.name)?;
            self.text("type", self.graph.catalog().type_name(inference.relationship_type))?;
            self.text("text", &inference.text)?;
            self.end()?;
        }
        declarations.rules.iter().try_for_each(|rule| self.rule(rule))
    }

    fn declaration(&mut self, declaration: &Declaration) -> io::Result<()> {
        self.option("kind", declaration.kind.map(kind_word))?;
        self.option("inverse", declaration.inverse.as_deref())?;
        for (word, holds) in [
            ("symmetric", declaration.symmetric),
            ("transitive", declaration.transitive),
            ("functional", declaration.functional),
            ("order", declaration.order),
        ] {
            if holds {
                self.key(word)?;
                self.line.extend_from_slice(b"true");
            }
        }
        if !declaration.sub_of.is_empty() {
            self.key("sub_of")?;
            self.list(&declaration.sub_of, |out, name| json::write_string(&mut out.line, name))?;
        }
        for (word, labels) in [("from", &declaration.from), ("to", &declaration.to)] {
            if !labels.is_empty() {
                self.labels(word, labels)?;
            }
        }
        self.option("description", declaration.description.as_deref())?;
        self.end()
    }

    fn rule(&mut self, rule: &Rule) -> io::Result<()> {
        self.head("rule");
        self.text("kind", rule.kind.name(false))?;
        self.text("name", &rule.name)?;
        self.text(if rule.is_relationship { "type" } else { "label" }, &rule.on)?;
        self.key("keys")?;
        self.list(&rule.keys, |out, key| json::write_string(&mut out.line, key))?;
        if let RuleKind::Typed(written) = &rule.kind {
            self.text("value", written)?;
        }
        self.end()
    }

    fn endpoint(&mut self, key: &str, endpoint: &Endpoint) -> io::Result<()> {
        self.key(key)?;
        self.begin();
        if let Some(node) = endpoint.node
            && self.graph.contains_node(node)
        {
            self.number("node", node)?;
        }
        if !endpoint.labels.is_empty() {
            self.labels("labels", &endpoint.labels)?;
        }
        if !endpoint.properties.is_empty() {
            let properties: Map = endpoint.properties.iter().cloned().collect();
            self.value("properties", &Value::Map(Arc::new(properties)))?;
        }
        self.line.push(b'}');
        Ok(())
    }

    /// Begins a line with an element as an answer shows it, and leaves it open for more members.
    fn element(&mut self, element: &Value) -> io::Result<()> {
        json::write_value(&mut self.line, element, self.graph)?;
        self.line.pop();
        Ok(())
    }

    fn head(&mut self, kind: &str) {
        self.line.extend_from_slice(br#"{"$type":""#);
        self.line.extend_from_slice(kind.as_bytes());
        self.line.push(b'"');
    }

    fn end(&mut self) -> io::Result<()> {
        self.line.extend_from_slice(b"}\n");
        self.out.write_all(&self.line)?;
        self.line.clear();
        Ok(())
    }

    fn begin(&mut self) {
        self.line.push(b'{');
    }

    fn key(&mut self, key: &str) -> io::Result<()> {
        if self.line.last() != Some(&b'{') {
            self.line.push(b',');
        }
        json::write_string(&mut self.line, key)?;
        self.line.push(b':');
        Ok(())
    }

    fn text(&mut self, key: &str, text: &str) -> io::Result<()> {
        self.key(key)?;
        json::write_string(&mut self.line, text)
    }

    fn option(&mut self, key: &str, text: Option<&str>) -> io::Result<()> {
        text.map_or(Ok(()), |text| self.text(key, text))
    }

    fn value(&mut self, key: &str, value: &Value) -> io::Result<()> {
        self.key(key)?;
        json::write_value(&mut self.line, value, self.graph)
    }

    fn number(&mut self, key: &str, node: NodeId) -> io::Result<()> {
        self.key(key)?;
        write!(self.line, "{}", self.graph.node_element_id(node))
    }

    fn labels(&mut self, key: &str, labels: &[LabelId]) -> io::Result<()> {
        self.key(key)?;
        let catalog = self.graph.catalog();
        self.list(labels, |out, &id| json::write_string(&mut out.line, catalog.label_name(id)))
    }

    fn list<T>(
        &mut self,
        items: &[T],
        mut write: impl FnMut(&mut Self, &T) -> io::Result<()>,
    ) -> io::Result<()> {
        self.line.push(b'[');
        for (at, item) in items.iter().enumerate() {
            if at > 0 {
                self.line.push(b',');
            }
            write(self, item)?;
        }
        self.line.push(b']');
        Ok(())
    }
}

pub(super) fn kind_word(kind: Temporality) -> &'static str {
    match kind {
        Temporality::Event => "event",
        Temporality::State { persistent: false } => "state",
        Temporality::State { persistent: true } => "persistent state",
    }
}
