//! Commands: declarations, completeness, indexes and constraints, transactions.

use super::Printer;
use crate::syntax::ast::{
    Complete, ConstraintRule, Declare, DeclareLabel, DeclaredTemporality, DropDeclaration,
    IndexKind, Name, RuleCommand, SchemaCommand, SchemaTarget, TransactionCommand,
};
use crate::syntax::rules;

impl Printer<'_> {
    pub(super) fn declare(&mut self, declare: &Declare) {
        self.word("DECLARE RELATIONSHIP ");
        self.key(&declare.relationship_type);
        match declare.temporality {
            None => {}
            Some(DeclaredTemporality::Event) => self.word(" EVENT"),
            Some(DeclaredTemporality::State) => self.word(" STATE"),
            Some(DeclaredTemporality::PersistentState) => self.word(" STATE PERSISTENT"),
        }
        self.word(if declare.symmetric { " SYMMETRIC" } else { "" });
        self.word(if declare.transitive { " TRANSITIVE" } else { "" });
        if !declare.sub_of.is_empty() {
            self.word(" SUB OF ");
            self.joined(&declare.sub_of, "|", Self::key);
        }
        if let Some(inverse) = &declare.inverse {
            self.word(" INVERSE ");
            self.key(inverse);
        }
        self.word(if declare.functional { " FUNCTIONAL" } else { "" });
        self.word(if declare.order { " ORDER" } else { "" });
        for (word, labels) in [(" FROM :", &declare.from), (" TO :", &declare.to)] {
            if !labels.is_empty() {
                self.word(word);
                self.joined(labels, "|", Self::key);
            }
        }
    }

    pub(super) fn declare_label(&mut self, declare: &DeclareLabel) {
        self.word("DECLARE LABEL ");
        self.key(&declare.label);
        if !declare.sub_of.is_empty() {
            self.word(" SUB OF ");
            self.joined(&declare.sub_of, "|", Self::key);
        }
    }

    pub(super) fn drop_declaration(&mut self, drop: &DropDeclaration) {
        self.word(if drop.of_label {
            "DROP DECLARATION LABEL "
        } else {
            "DROP DECLARATION RELATIONSHIP "
        });
        self.key(&drop.name);
        self.word(if drop.if_exists { " IF EXISTS" } else { "" });
    }

    pub(super) fn complete(&mut self, complete: &Complete) {
        self.word("COMPLETE ");
        self.path(&complete.pattern);
        self.condition(" AT ", complete.at.as_ref());
        self.sources(&complete.sources);
    }

    pub(super) fn rule(&mut self, command: &RuleCommand) {
        match command {
            RuleCommand::Create { name, replace, if_not_exists, definition } => {
                self.word(if *replace { "CREATE OR REPLACE RULE " } else { "CREATE RULE " });
                self.key(name);
                self.word(if *if_not_exists { " IF NOT EXISTS AS" } else { " AS" });
                self.part();
                self.word("MATCH ");
                self.match_body(&definition.body, true);
                self.part();
                self.word("DERIVE ");
                self.path(&definition.head);
            }
            RuleCommand::Drop { name, if_exists } => {
                self.word("DROP RULE ");
                self.key(name);
                self.word(if *if_exists { " IF EXISTS" } else { "" });
            }
        }
    }

    pub(super) fn schema(&mut self, command: &SchemaCommand) {
        match command {
            SchemaCommand::CreateIndex { kind, name, if_not_exists, target, .. } => {
                self.word(match kind {
                    IndexKind::Range => "CREATE INDEX ",
                    IndexKind::Text => "CREATE TEXT INDEX ",
                    IndexKind::Point => "CREATE POINT INDEX ",
                    IndexKind::Lookup => "CREATE LOOKUP INDEX ",
                });
                self.named(name.as_ref(), *if_not_exists);
                self.word("FOR ");
                self.target(target);
                match (target.properties.as_slice(), target.relationship) {
                    ([], true) => self.word(" ON EACH type(r)"),
                    ([], false) => self.word(" ON EACH labels(n)"),
                    (properties, is_relationship) => {
                        self.word(" ON (");
                        self.target_properties(properties, is_relationship);
                        self.word(")");
                    }
                }
            }
            SchemaCommand::CreateConstraint { name, if_not_exists, target, rule, .. } => {
                self.word("CREATE CONSTRAINT ");
                self.named(name.as_ref(), *if_not_exists);
                self.word("FOR ");
                self.target(target);
                let one = target.properties.len() == 1;
                self.word(if one { " REQUIRE " } else { " REQUIRE (" });
                self.target_properties(&target.properties, target.relationship);
                self.word(if one { " IS " } else { ") IS " });
                match rule {
                    ConstraintRule::Unique => self.word("UNIQUE"),
                    ConstraintRule::Exists => self.word("NOT NULL"),
                    ConstraintRule::Key => self.word("KEY"),
                    ConstraintRule::Type(type_name) => {
                        self.word(":: ");
                        self.type_name(type_name);
                    }
                }
            }
            SchemaCommand::Drop { constraint, name, if_exists, .. } => {
                self.word(if *constraint { "DROP CONSTRAINT " } else { "DROP INDEX " });
                self.object_name(name);
                self.word(if *if_exists { " IF EXISTS" } else { "" });
            }
        }
    }

    fn named(&mut self, name: Option<&Name>, if_not_exists: bool) {
        if let Some(name) = name {
            self.object_name(name);
            self.word(" ");
        }
        self.word(if if_not_exists { "IF NOT EXISTS " } else { "" });
    }

    fn object_name(&mut self, name: &Name) {
        let begins_more =
            ["for", "on", "if"].iter().any(|word| name.text.eq_ignore_ascii_case(word));
        self.name(&name.text, rules::is_key(&name.text) && !begins_more);
    }

    fn target(&mut self, target: &SchemaTarget) {
        self.word(if target.relationship { "()-[r" } else { "(n" });
        // An index of all labels or types names none.
        if !target.label.text.is_empty() {
            self.word(":");
            self.key(&target.label);
        }
        self.word(if target.relationship { "]-()" } else { ")" });
    }

    fn target_properties(&mut self, properties: &[Name], is_relationship: bool) {
        self.list(properties, |printer, property| {
            printer.word(if is_relationship { "r." } else { "n." });
            printer.key(property);
        });
    }

    pub(super) fn transaction(&mut self, command: TransactionCommand) {
        self.word(match command {
            TransactionCommand::Begin => "BEGIN",
            TransactionCommand::Commit => "COMMIT",
            TransactionCommand::Rollback => "ROLLBACK",
        });
    }
}
