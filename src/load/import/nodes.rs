//! Tables of nodes.

use std::path::Path;

use super::columns::{Target, check_copied, compute, compute_any, skipped};
use super::keys::{Key, KeyMap, key};
use super::{Group, Import, Opened, takes_all, usable};
use crate::error::Result;
use crate::graph::LabelId;
use crate::graph::alias::{Alias as StoredAlias, AliasKind};
use crate::load::recipe::{Expression, Nodes, Properties};
use crate::load::rows::{Batch, Column, Data, Fault, Kind, Texts};
use crate::value::{NodeId, Value};

/// How many distinct values go into a batch of their own.
const EACH_ROWS: usize = 1 << 16;

impl<'a> Import<'a> {
    /// Reads one table.
    pub(super) fn nodes(&mut self, table: &'a Nodes) -> Result<()> {
        let paths = super::files::find(&table.files, self.paths)?;
        self.enter_known(table);
        if !table.each.is_empty() {
            return self.each(table, &paths);
        }
        for path in paths {
            let take_all = takes_all(&table.properties);
            let columns = &table.columns;
            let kind_of = |_, name: &str| table.kinds.get(name).copied();
            let mut opened = self.open(&path, columns, kind_of, |_| take_all)?;
            let kinds = key_kinds(&table.keys, &opened.rows.kinds());
            self.groups.entry(&table.group).or_default().kinds = kinds;
            while let Some(mut batch) = opened.rows.next_batch()? {
                self.node_batch(table, &path, &mut batch, &opened)?;
            }
        }
        Ok(())
    }

    fn node_batch(
        &mut self,
        table: &'a Nodes,
        path: &Path,
        batch: &mut Batch,
        opened: &Opened,
    ) -> Result<()> {
        let mut faults = std::mem::take(&mut batch.faults);
        // Of distinct values the condition has been tested already.
        let condition = table.condition.as_ref().filter(|_| table.each.is_empty());
        let mut skip = skipped(condition, batch, &mut faults);
        check_copied(copied(&table.properties, &opened.others), batch, &skip, &mut faults);
        let computed = Computed::of(table, batch, &skip, &mut faults);
        if !table.keys.is_empty() {
            let next = self.builder.node_count();
            let group = self.groups.entry(&table.group).or_default();
            enter_keys(group, table, batch, next, &mut skip, &mut faults);
        }
        self.reject(path, batch, &mut faults)?;
        let rows = usable(batch.len, &faults, &skip);
        self.add_nodes(table, batch, rows.as_deref(), &computed, opened)
    }

    fn add_nodes(
        &mut self,
        table: &'a Nodes,
        batch: &Batch,
        rows: Option<&[u32]>,
        computed: &Computed<'_>,
        opened: &Opened,
    ) -> Result<()> {
        let count = rows.map_or(batch.len, <[u32]>::len);
        let used = || (0..count).map(|at| rows.map_or(at, |rows| rows[at] as usize));
        let labels = computed.labels.as_ref();
        let labels: Option<Vec<Value>> =
            labels.map(|column| used().map(|row| column.value(row)).collect());
        let first = self.add_labelled(table, count, labels.as_deref())?;
        self.summary.nodes += count as u64;
        let target = Target { rows, first };
        for (name, at) in copied(&table.properties, &opened.others) {
            let key = self.builder.catalog_mut().intern_key(name);
            target.copy(&batch.columns[at], batch.len, self.builder.node_column(key));
        }
        for (name, column) in &computed.properties {
            let key = self.builder.catalog_mut().intern_key(name);
            target.copy(column, batch.len, self.builder.node_column(key));
        }
        if let Some(column) = &computed.also {
            for (node, row) in (first..).zip(used()) {
                let names = other_names(NodeId(node), &column.value(row));
                self.builder.aliases_mut().extend(names.unwrap_or_default());
            }
        }
        for (alias, column) in table.aliases.iter().zip(&computed.aliases) {
            for (node, row) in (first..).zip(used()) {
                for text in texts(&column.value(row)) {
                    self.builder.aliases_mut().push(StoredAlias {
                        entity: NodeId(node),
                        text: text.into(),
                        kind: alias.kind,
                        language: alias.language.as_deref().map(Into::into),
                    });
                }
            }
        }
        Ok(())
    }

    /// Adds nodes with the labels of the table, and those of each row where there are such.
    fn add_labelled(
        &mut self,
        table: &Nodes,
        count: usize,
        by_row: Option<&[Value]>,
    ) -> Result<u32> {
        let catalog = self.builder.catalog_mut();
        let labels: Vec<LabelId> =
            table.labels.iter().map(|label| catalog.intern_label(label)).collect();
        let first = self.builder.node_count();
        let Some(by_row) = by_row else {
            self.builder.add_nodes(&labels, count as u32)?;
            return Ok(first);
        };
        for value in by_row {
            let mut all = labels.clone();
            for label in texts(value).filter(|label| !label.is_empty()) {
                all.push(self.builder.catalog_mut().intern_label(label));
            }
            self.builder.add_nodes(&all, 1)?;
        }
        Ok(first)
    }

    /// Makes one node for each distinct value.
    fn each(&mut self, table: &'a Nodes, paths: &[std::path::PathBuf]) -> Result<()> {
        let mut distinct = Distinct::default();
        let mut kind = None;
        for path in paths {
            let (mut opened, one) = self.open_each(table, path, kind)?;
            kind = Some(one);
            distinct.column.get_or_insert_with(|| one.column());
            while let Some(mut batch) = opened.rows.next_batch()? {
                let mut faults = std::mem::take(&mut batch.faults);
                let skip = skipped(table.condition.as_ref(), &batch, &mut faults);
                for expression in &table.each {
                    distinct.add(expression, &batch, &skip, &mut faults);
                }
                self.reject(path, &batch, &mut faults)?;
            }
        }
        let Some(column) = distinct.column else { return Ok(()) };
        let kind = kind.unwrap_or(Kind::Text);
        self.groups.entry(&table.group).or_default().kinds = vec![Some(kind)];
        let mut order: Vec<u32> = (0..distinct.len).collect();
        if table.sorted {
            sort(&mut order, &column);
        }
        let none = Opened::nothing();
        for (chunk, rows) in order.chunks(EACH_ROWS).enumerate() {
            let mut batch = Batch {
                len: rows.len(),
                first: (chunk * EACH_ROWS) as u64,
                columns: vec![pick(&column, rows)],
                ..Batch::default()
            };
            let path = Path::new("distinct values");
            self.node_batch(table, path, &mut batch, &none)?;
        }
        Ok(())
    }

    /// Opens a file whose columns are all read as the same kind: what they are found to be if that
    /// is the same for all, otherwise texts.
    fn open_each(&self, table: &Nodes, path: &Path, known: Option<Kind>) -> Result<(Opened, Kind)> {
        let is_each = |at: usize| table.each.contains(&Expression::Column(at));
        let open = |forced: Option<Kind>| {
            let kind_of = |at: usize, name: &str| {
                table.kinds.get(name).copied().or(if is_each(at) { forced } else { None })
            };
            self.open(path, &table.columns, kind_of, |_| false)
        };
        let opened = open(known)?;
        let kinds = opened.rows.kinds();
        let found = key_kinds(&table.each, &kinds);
        let first = found.first().copied().flatten().unwrap_or(Kind::Text);
        if found.iter().all(|&kind| kind == Some(first)) {
            return Ok((opened, first));
        }
        Ok((open(Some(Kind::Text))?, Kind::Text))
    }
}

/// What is computed from the rows of a batch.
struct Computed<'t> {
    properties: Vec<(&'t str, Column)>,
    labels: Option<Column>,
    aliases: Vec<Column>,
    also: Option<Column>,
}

impl<'t> Computed<'t> {
    fn of(table: &'t Nodes, batch: &Batch, skip: &[bool], faults: &mut Vec<Fault>) -> Self {
        let also = table.also.as_ref().map(|expression| {
            let column = compute_any("also", expression, batch, skip, faults);
            for row in 0..batch.len {
                if let Err(reason) = other_names(NodeId(0), &column.value(row)) {
                    faults.push(Fault { row: row as u32, column: Some("also".to_owned()), reason });
                }
            }
            column
        });
        let mut column =
            |name: &str, expression: &Expression| compute(name, expression, batch, skip, faults);
        Computed {
            properties: computed(&table.properties)
                .map(|(name, expression)| (name, column(name, expression)))
                .collect(),
            labels: table.labels_from.as_ref().map(|labels| column("labels_from", labels)),
            aliases: table.aliases.iter().map(|alias| column("alias", &alias.name)).collect(),
            also,
        }
    }
}

/// The names that a list of maps says; otherwise why it says none.
fn other_names(entity: NodeId, value: &Value) -> Result<Vec<StoredAlias>, String> {
    let items = match value {
        Value::Null => return Ok(Vec::new()),
        Value::List(items) => items,
        other => return Err(format!("Other names are a list, not {}.", other.with_article())),
    };
    let name = |item: &Value| -> Result<StoredAlias, String> {
        let map = match item {
            Value::Map(map) => map,
            other => return Err(format!("Another name is a map, not {}.", other.with_article())),
        };
        let word = |key: &str| map.get(key).and_then(Value::as_str);
        let text = word("name").ok_or("Another name has no `name`.")?;
        let kind = match word("kind") {
            None => AliasKind::default(),
            Some(kind) => {
                AliasKind::parse(kind).ok_or_else(|| format!("`{kind}` is no kind of name."))?
            }
        };
        Ok(StoredAlias {
            entity,
            text: text.into(),
            kind,
            language: word("language").map(Into::into),
        })
    };
    items.iter().map(name).collect()
}

impl Opened {
    fn nothing() -> Opened {
        Opened { rows: crate::load::rows::Rows::None, others: Vec::new() }
    }
}

/// Distinct values in the order in which they come.
#[derive(Default)]
struct Distinct {
    known: KeyMap,
    column: Option<Column>,
    len: u32,
}

impl Distinct {
    fn add(
        &mut self,
        expression: &Expression,
        batch: &Batch,
        skip: &[bool],
        faults: &mut Vec<Fault>,
    ) {
        let Some(column) = &mut self.column else { return };
        let mut buffer = Vec::new();
        let each = std::slice::from_ref(expression);
        for row in 0..batch.len {
            if skip.get(row).copied().unwrap_or(false) {
                continue;
            }
            match key(each, batch, row, &mut buffer) {
                Ok(Some(key)) => {
                    if self.known.insert(key, self.len).is_none() {
                        self.len += 1;
                        append(column, expression, batch, row, key);
                    }
                }
                Ok(None) => {}
                Err(reason) => faults.push(Fault { row: row as u32, column: None, reason }),
            }
        }
    }
}

/// Adds the value of a row to a column; a column of one type becomes one of values where it must.
fn append(column: &mut Column, expression: &Expression, batch: &Batch, row: usize, key: Key<'_>) {
    match (&mut column.data, key) {
        (Data::Integer(values), Key::Integer(value)) => values.push(value),
        (Data::Text(texts), Key::Bytes(bytes)) if std::str::from_utf8(bytes).is_ok() => {
            texts.push(std::str::from_utf8(bytes).unwrap_or_default());
        }
        (Data::Value(values), _) => {
            values.push(expression.value(batch, row).unwrap_or_default());
        }
        _ => {
            let values = (0..column.data.len()).map(|at| column.value(at)).collect();
            column.data = Data::Value(values);
            append(column, expression, batch, row, key);
        }
    }
}

/// Puts the rows of a column in the order of their values.
fn sort(order: &mut [u32], column: &Column) {
    match &column.data {
        Data::Integer(values) => order.sort_unstable_by_key(|&row| values[row as usize]),
        Data::Text(texts) => {
            order.sort_unstable_by(|&a, &b| texts.get(a as usize).cmp(texts.get(b as usize)));
        }
        _ => order.sort_by(|&a, &b| {
            crate::value::order::order(&column.value(a as usize), &column.value(b as usize))
        }),
    }
}

/// The rows of a column, in this order.
fn pick(column: &Column, rows: &[u32]) -> Column {
    let data = match &column.data {
        Data::Integer(values) => {
            Data::Integer(rows.iter().map(|&row| values[row as usize]).collect())
        }
        Data::Text(texts) => {
            let mut picked = Texts::default();
            rows.iter().for_each(|&row| picked.push(texts.get(row as usize)));
            Data::Text(picked)
        }
        _ => Data::Value(rows.iter().map(|&row| column.value(row as usize)).collect()),
    };
    Column { data, present: Vec::new() }
}

/// Gives the keys of a batch to the nodes that its rows become, from `next` on. A row whose key is
/// known is skipped or at fault, as the table wants.
fn enter_keys(
    group: &mut Group,
    table: &Nodes,
    batch: &Batch,
    mut next: u32,
    skip: &mut Vec<bool>,
    faults: &mut Vec<Fault>,
) {
    let mut buffer = Vec::new();
    faults.sort_by_key(|fault| fault.row);
    let mut faulty: Vec<u32> = faults.iter().map(|fault| fault.row).collect();
    faulty.dedup();
    let mut faulty = faulty.into_iter().peekable();
    for row in 0..batch.len {
        let is_faulty = faulty.next_if_eq(&(row as u32)).is_some();
        if is_faulty || skip.get(row).copied().unwrap_or(false) {
            continue;
        }
        let reason = match key(&table.keys, batch, row, &mut buffer) {
            Ok(Some(key)) => match group.keys.insert(key, next) {
                None => {
                    next += 1;
                    continue;
                }
                Some(_) if table.merge || !table.each.is_empty() => {
                    skip.resize(batch.len, false);
                    skip[row] = true;
                    continue;
                }
                Some(row) if row < group.known => {
                    "A node that was there has the same key.".to_owned()
                }
                Some(_) => "Another row has the same key.".to_owned(),
            },
            Ok(None) => "The key is missing.".to_owned(),
            Err(reason) => reason,
        };
        faults.push(Fault { row: row as u32, column: None, reason });
    }
}

/// What the parts of a key are, where they are columns.
pub(super) fn key_kinds(keys: &[Expression], kinds: &[Option<Kind>]) -> Vec<Option<Kind>> {
    let kind = |key: &Expression| match key {
        Expression::Column(at) => kinds.get(*at).copied().flatten(),
        _ => None,
    };
    keys.iter().map(kind).collect()
}

/// The properties that are columns, with their places.
pub(super) fn copied<'p>(
    properties: &'p Properties,
    others: &'p [(String, usize)],
) -> impl Iterator<Item = (&'p str, usize)> {
    let these = match properties {
        Properties::AllColumns => &[][..],
        Properties::These(these) => these,
    };
    let columns = these.iter().filter_map(|(name, expression)| match expression {
        Expression::Column(at) => Some((name.as_str(), *at)),
        _ => None,
    });
    columns.chain(others.iter().map(|(name, at)| (name.as_str(), *at)))
}

/// The properties that are no columns.
pub(super) fn computed(properties: &Properties) -> impl Iterator<Item = (&str, &Expression)> {
    let these = match properties {
        Properties::AllColumns => &[][..],
        Properties::These(these) => these,
    };
    these
        .iter()
        .filter(|(_, expression)| !matches!(expression, Expression::Column(_)))
        .map(|(name, expression)| (name.as_str(), expression))
}

/// A text, or the texts of a list.
fn texts(value: &Value) -> impl Iterator<Item = &str> {
    let single = value.as_str().into_iter();
    let list = value.as_list().unwrap_or_default();
    single.chain(list.iter().filter_map(Value::as_str))
}
