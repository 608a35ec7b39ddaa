//! Clauses.

use super::Printer;
use crate::syntax::ast::{
    Batches, Call, CallSubquery, Clause, Conditional, Counter, Expression, Foreach, LabelName,
    LoadCsv, Match, MatchMode, Merge, OnError, OrderAndPage, Projection, ProjectionItem,
    RemoveItem, SetItem, SortItem, SubqueryScope, TimeRelation, Unwind, Yield,
};

impl Printer<'_> {
    pub(super) fn clause(&mut self, clause: &Clause) {
        match clause {
            Clause::Match(matched) => {
                self.word(if matched.optional { "OPTIONAL MATCH " } else { "MATCH " });
                self.match_body(matched, true);
            }
            Clause::Unwind(unwind) => self.unwind(unwind),
            Clause::With(projection) => self.projection("WITH ", projection),
            Clause::Return(projection) => self.projection("RETURN ", projection),
            Clause::Create(create) => {
                self.word("CREATE ");
                self.pattern(&create.pattern);
            }
            Clause::Merge(merge) => self.merge(merge),
            Clause::Set(set) => self.set(&set.items),
            Clause::Remove(remove) => {
                self.word("REMOVE ");
                self.list(&remove.items, |printer, item| match item {
                    RemoveItem::Property(property) => printer.expression(property),
                    RemoveItem::Labels { variable, labels } => {
                        printer.variable(variable);
                        printer.label_list(labels);
                    }
                });
            }
            Clause::Delete(delete) => {
                self.word(match (&delete.reason, delete.detach) {
                    (Some(_), _) => "ERASE ",
                    (None, true) => "DETACH DELETE ",
                    (None, false) => "DELETE ",
                });
                self.expressions(&delete.expressions);
                self.condition(" REASON ", delete.reason.as_ref());
                match delete.portion.as_slice() {
                    [] => {}
                    [period] => self.condition(" DURING ", Some(period)),
                    [from, to, ..] => {
                        self.condition(" FOR PORTION OF VALID_TIME FROM ", Some(from));
                        self.condition(" TO ", Some(to));
                    }
                }
            }
            Clause::Call(call) => self.call(call),
            Clause::CallSubquery(call) => self.call_subquery(call),
            Clause::Foreach(foreach) => self.foreach(foreach),
            Clause::LoadCsv(load) => self.load_csv(load),
            Clause::Let(bound) => {
                self.word("LET ");
                self.list(&bound.items, |printer, (name, value)| {
                    printer.variable(name);
                    printer.word(" = ");
                    printer.expression(value);
                });
            }
            Clause::Filter(filter) => self.condition("FILTER ", Some(&filter.condition)),
            Clause::OrderAndPage(page) => self.page(page, false),
            Clause::Finish(_) => self.word("FINISH"),
            Clause::Conditional(conditional) => self.conditional(conditional),
        }
    }

    fn conditional(&mut self, conditional: &Conditional) {
        for (at, (condition, query)) in conditional.branches.iter().enumerate() {
            if at > 0 {
                self.part();
            }
            self.condition("WHEN ", Some(condition));
            self.word(" THEN ");
            self.braced(query);
        }
        if let Some(query) = &conditional.otherwise {
            self.part();
            self.word("ELSE ");
            self.braced(query);
        }
    }

    /// What stands behind MATCH, and without the word in a subquery.
    pub(super) fn match_body(&mut self, matched: &Match, is_clause: bool) {
        match matched.mode {
            None => {}
            Some(MatchMode::RepeatableElements) => self.word("REPEATABLE ELEMENTS "),
            Some(MatchMode::DifferentRelationships) => self.word("DIFFERENT RELATIONSHIPS "),
        }
        self.pattern(&matched.pattern);
        for hint in &matched.hints {
            self.word(" ");
            self.word(&hint.text);
        }
        if let Some(time) = &matched.time {
            self.word(" ");
            self.word(time.relation.as_str());
            if time.relation != TimeRelation::AllTime {
                self.condition(" ", time.operand.as_ref());
            }
        }
        self.condition(" KNOWN AT ", matched.known_at.as_ref());
        if let Some(stances) = &matched.stance {
            self.word(" STANCE ");
            self.list(stances, |printer, stance| printer.word(&stance.text));
            self.word(if stances.is_empty() { "ANY" } else { "" });
        }
        self.filter(matched.filter.as_ref(), is_clause);
    }

    /// WHERE, on a line of its own where clauses have one.
    fn filter(&mut self, filter: Option<&Expression>, is_clause: bool) {
        if let Some(filter) = filter {
            if is_clause {
                self.part();
            } else {
                self.word(" ");
            }
            self.condition("WHERE ", Some(filter));
        }
    }

    fn unwind(&mut self, unwind: &Unwind) {
        let Some((counter, name)) = &unwind.counter else {
            self.word("UNWIND ");
            self.expression(&unwind.list);
            self.word(" AS ");
            return self.variable(&unwind.variable);
        };
        self.word("FOR ");
        self.variable(&unwind.variable);
        self.word(" IN ");
        self.expression(&unwind.list);
        self.word(match counter {
            Counter::Ordinality => " WITH ORDINALITY ",
            Counter::Offset => " WITH OFFSET ",
        });
        self.variable(name);
    }

    fn projection(&mut self, word: &str, projection: &Projection) {
        self.word(word);
        if projection.distinct {
            self.word("DISTINCT ");
        }
        if projection.star {
            self.word(if projection.items.is_empty() { "*" } else { "*, " });
        }
        self.list(&projection.items, Self::projection_item);
        if let Some(keys) = &projection.group_by {
            self.part();
            self.word("GROUP BY ");
            self.expressions(keys);
        }
        self.page(&projection.page, true);
        self.filter(projection.filter.as_ref(), true);
    }

    fn projection_item(&mut self, item: &ProjectionItem) {
        match (&item.alias, self.source) {
            // Its text is its name.
            (None, Some(source)) => self.word(item.expression.span().slice(source)),
            (None, None) => self.expression(&item.expression),
            (Some(alias), _) => {
                self.expression(&item.expression);
                self.word(" AS ");
                self.key(alias);
            }
        }
    }

    /// ORDER BY, SKIP and LIMIT; behind a projection, each begins a part of its own.
    fn page(&mut self, page: &OrderAndPage, behind: bool) {
        let mut is_first = !behind;
        let mut begin = |printer: &mut Self| {
            if !std::mem::take(&mut is_first) {
                printer.part();
            }
        };
        if !page.order.is_empty() {
            begin(self);
            self.word("ORDER BY ");
            self.list(&page.order, Self::sort_item);
        }
        for (word, rows) in [("SKIP ", &page.skip), ("LIMIT ", &page.limit)] {
            if rows.is_some() {
                begin(self);
                self.condition(word, rows.as_ref());
            }
        }
    }

    fn sort_item(&mut self, item: &SortItem) {
        self.expression(&item.expression);
        self.word(if item.descending { " DESC" } else { "" });
        match item.nulls_first {
            None => {}
            Some(true) => self.word(" NULLS FIRST"),
            Some(false) => self.word(" NULLS LAST"),
        }
    }

    fn merge(&mut self, merge: &Merge) {
        self.word("MERGE ");
        self.path(&merge.path);
        for (word, items) in [("ON CREATE ", &merge.on_create), ("ON MATCH ", &merge.on_match)] {
            if !items.is_empty() {
                self.part();
                self.word(word);
                self.set(items);
            }
        }
    }

    fn set(&mut self, items: &[SetItem]) {
        self.word("SET ");
        self.list(items, |printer, item| match item {
            SetItem::Property { target, value, qualifiers } => {
                printer.expression(target);
                printer.condition(" = ", Some(value));
                qualifiers.iter().for_each(|qualifiers| printer.qualifiers(qualifiers));
            }
            SetItem::Replace { variable, value } => {
                printer.variable(variable);
                printer.condition(" = ", Some(value));
            }
            SetItem::Extend { variable, value } => {
                printer.variable(variable);
                printer.condition(" += ", Some(value));
            }
            SetItem::Labels { variable, labels } => {
                printer.variable(variable);
                printer.label_list(labels);
            }
            SetItem::Qualify { variable, qualifiers } => {
                printer.variable(variable);
                printer.qualifiers(qualifiers);
            }
        });
    }

    fn label_list(&mut self, labels: &[LabelName]) {
        for label in labels {
            self.word(":");
            self.label_name(label);
        }
    }

    fn call(&mut self, call: &Call) {
        self.word(if call.optional { "OPTIONAL CALL " } else { "CALL " });
        self.qualified(&call.name, true);
        if let Some(arguments) = &call.arguments {
            self.word("(");
            self.expressions(arguments);
            self.word(")");
        }
        if let Some(yields) = &call.yields {
            self.yields(yields);
        }
    }

    fn yields(&mut self, yields: &Yield) {
        self.word(" YIELD ");
        self.word(if yields.star { "*" } else { "" });
        self.list(&yields.items, |printer, (field, alias)| {
            printer.variable(field);
            if let Some(alias) = alias {
                printer.word(" AS ");
                printer.key(alias);
            }
        });
        self.filter(yields.filter.as_ref(), true);
    }

    fn call_subquery(&mut self, call: &CallSubquery) {
        self.word(if call.optional { "OPTIONAL CALL " } else { "CALL " });
        match &call.scope {
            None => {}
            Some(SubqueryScope::All) => self.word("(*) "),
            Some(SubqueryScope::Variables(names)) => {
                self.word("(");
                self.list(names, Self::variable);
                self.word(") ");
            }
        }
        self.braced(&call.query);
        if let Some(batches) = &call.batches {
            self.batches(batches);
        }
    }

    fn batches(&mut self, batches: &Batches) {
        self.word(" IN TRANSACTIONS");
        if let Some(size) = &batches.size {
            self.word(" OF ");
            self.expression(size);
            self.word(" ROWS");
        }
        self.word(match batches.on_error {
            None => "",
            Some(OnError::Continue) => " ON ERROR CONTINUE",
            Some(OnError::Break) => " ON ERROR BREAK",
            Some(OnError::Fail) => " ON ERROR FAIL",
        });
        if let Some(status) = &batches.status {
            self.word(" REPORT STATUS AS ");
            self.variable(status);
        }
    }

    fn foreach(&mut self, foreach: &Foreach) {
        self.word("FOREACH (");
        self.variable(&foreach.variable);
        self.word(" IN ");
        self.before_pipe(&foreach.list, 0);
        self.word(" |");
        self.depth += 1;
        for clause in &foreach.clauses {
            self.part();
            self.clause(clause);
        }
        self.depth -= 1;
        if self.lines {
            self.part();
        }
        self.word(")");
    }

    fn load_csv(&mut self, load: &LoadCsv) {
        self.word(if load.headers { "LOAD CSV WITH HEADERS FROM " } else { "LOAD CSV FROM " });
        self.expression(&load.from);
        self.word(" AS ");
        self.variable(&load.variable);
        if let Some(terminator) = &load.terminator {
            self.word(" FIELDTERMINATOR ");
            self.string(terminator);
        }
    }
}
