//! Queries as trees that can be written down, evaluated by definition, and made smaller.

use std::fmt::{self, Display};

use super::generate::Random;
use super::naive::{Cell, Graph};

/// A row: names and what they stand for.
type Row = Vec<(String, Cell)>;

#[derive(Clone, Debug)]
pub(crate) struct Query {
    matches: Vec<Match>,
    /// A condition on the rows of all clauses.
    after: Option<Condition>,
    result: Projection,
}

#[derive(Clone, Debug)]
struct Match {
    optional: bool,
    paths: Vec<Path>,
    /// Another form of one of the paths, by its position, and whether it is joined by `|+|`.
    other: Option<(usize, Path, bool)>,
    filter: Option<Condition>,
}

#[derive(Clone, Debug)]
struct Path {
    start: NodePattern,
    steps: Vec<(RelationshipPattern, NodePattern)>,
}

#[derive(Clone, Debug)]
struct NodePattern {
    name: String,
    label: Option<&'static str>,
    p: Option<i64>,
}

#[derive(Clone, Debug)]
struct RelationshipPattern {
    name: String,
    types: Vec<&'static str>,
    way: Way,
    /// Least and greatest length; `None` for a single relationship.
    length: Option<(usize, usize)>,
    w: Option<i64>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    Out,
    In,
    Both,
}

/// A condition with three outcomes.
#[derive(Clone, Debug)]
pub(crate) enum Condition {
    Compare(Operand, &'static str, Operand),
    IsNull(Operand),
    HasLabel(String, &'static str),
    Same(String, String),
    Exists(String, &'static str),
    Not(Box<Condition>),
    And(Box<Condition>, Box<Condition>),
    Or(Box<Condition>, Box<Condition>),
}

#[derive(Clone, Debug)]
pub(crate) enum Operand {
    Property(String),
    Number(Option<i64>),
    /// The least `p` of what a relationship of a type leads to, by a VALUE subquery.
    Least(String, &'static str),
}

#[derive(Clone, Debug)]
enum Projection {
    /// The numbers of all elements.
    All {
        distinct: bool,
    },
    Count,
    /// By the property of a node: how many rows, and the sum of another's.
    Grouped {
        by: String,
        of: String,
    },
    /// By the properties of two nodes: how many rows.
    Pairs {
        one: String,
        other: String,
    },
    /// WITH the groups, a condition on their size, then their number.
    Having {
        by: String,
        least: i64,
    },
}

impl Query {
    pub(crate) fn random(random: &mut Random) -> Query {
        let mut names = Names::default();
        let mut matches = Vec::new();
        for at in 0..=random.below(2) {
            let optional = at > 0 && random.one_in(2);
            matches.push(Match::random(random, optional, &mut names));
        }
        let node = |random: &mut Random| names.nodes[random.below(names.nodes.len())].clone();
        let result = match random.below(5) {
            0 => Projection::Count,
            1 => Projection::Grouped { by: node(random), of: node(random) },
            2 => Projection::Having { by: node(random), least: random.below(3) as i64 },
            _ => Projection::All { distinct: random.one_in(3) },
        };
        Query { matches, after: None, result }
    }

    /// Gives a MATCH alternatives, a condition a subquery, and all clauses a condition after them or
    /// groups by two nodes.
    pub(crate) fn vary(&mut self, random: &mut Random) {
        let elements = self.elements();
        let nodes = elements.iter().filter(|(name, _)| name.starts_with('n'));
        let nodes: Vec<&str> = nodes.map(|(name, _)| name.as_str()).collect();
        self.after = random.one_in(4).then(|| Condition::random(random, &nodes, 2));
        if random.one_in(5) {
            let [one, other] = [(); 2].map(|()| nodes[random.below(nodes.len())].to_owned());
            self.result = Projection::Pairs { one, other };
        }
        let at = random.below(self.matches.len());
        let before: Vec<String> = self.matches[..at].iter().flat_map(Match::names).collect();
        let clause = &mut self.matches[at];
        if random.one_in(2) {
            let path = random.below(clause.paths.len());
            let other = clause.paths[path].varied(random);
            let own = clause.names();
            let elsewhere = |name: &String| own.iter().filter(|own| *own == name).count() > 1;
            // A name that is not in both stands nowhere else in the pattern.
            let conditional = clause.paths[path].names();
            let mut conditional = conditional.iter().filter(|name| !other.names().contains(name));
            if !conditional.any(|name| elsewhere(name) && !before.contains(name)) {
                clause.other = Some((path, other, random.one_in(2)));
            }
        }
        if let Some(condition) = &mut clause.filter
            && random.one_in(2)
        {
            condition.vary(random);
        }
    }

    /// The rows by definition.
    pub(crate) fn evaluate(&self, graph: &Graph) -> Vec<Vec<Cell>> {
        let mut rows: Vec<Row> = vec![Vec::new()];
        for clause in &self.matches {
            rows = rows.into_iter().flat_map(|row| clause.rows(row, graph)).collect();
        }
        if let Some(after) = &self.after {
            rows.retain(|row| after.truth(row, graph) == Some(true));
        }
        self.result.rows(&self.elements(), rows, graph)
    }

    /// All named elements in the order of their appearance, and whether each is a list.
    fn elements(&self) -> Vec<(String, bool)> {
        let mut all: Vec<(String, bool)> = Vec::new();
        let mut add = |name: &str, is_list: bool| {
            if !all.iter().any(|(known, _)| known == name) {
                all.push((name.to_owned(), is_list));
            }
        };
        let others = |clause: &'_ Match| clause.other.clone().map(|(_, path, _)| path);
        let paths = self.matches.iter().flat_map(|clause| {
            clause.paths.iter().cloned().chain(others(clause)).collect::<Vec<_>>()
        });
        for path in paths {
            add(&path.start.name, false);
            for (relationship, node) in &path.steps {
                add(&relationship.name, relationship.length.is_some());
                add(&node.name, false);
            }
        }
        all
    }

    /// The query with one thing less.
    pub(crate) fn smaller(&self) -> Vec<Query> {
        let mut all = Vec::new();
        let mut with = |change: &dyn Fn(&mut Query)| {
            let mut query = self.clone();
            change(&mut query);
            all.push(query);
        };
        if self.after.is_some() {
            with(&|query| query.after = None);
        }
        if !matches!(self.result, Projection::All { distinct: false } | Projection::Count) {
            with(&|query| query.result = Projection::All { distinct: false });
        }
        if self.matches.len() > 1
            && self.after.is_none()
            && matches!(self.result, Projection::All { .. } | Projection::Count)
        {
            with(&|query| drop(query.matches.pop()));
        }
        for (at, clause) in self.matches.iter().enumerate() {
            if clause.other.is_some() {
                with(&|query| query.matches[at].other = None);
            }
            if clause.filter.is_some() {
                with(&|query| query.matches[at].filter = None);
            }
            for smaller in clause.filter.iter().flat_map(Condition::smaller) {
                with(&|query| query.matches[at].filter = Some(smaller.clone()));
            }
        }
        all
    }
}

#[derive(Default)]
struct Names {
    nodes: Vec<String>,
    relationships: usize,
}

impl Match {
    fn random(random: &mut Random, optional: bool, names: &mut Names) -> Match {
        let paths = (0..=random.below(2)).map(|_| Path::random(random, names)).collect();
        let known: Vec<&str> = names.nodes.iter().map(String::as_str).collect();
        let filter = random.one_in(2).then(|| Condition::random(random, &known, 2));
        Match { optional, paths, other: None, filter }
    }

    fn rows(&self, row: Row, graph: &Graph) -> Vec<Row> {
        let mut found = Vec::new();
        self.extend(&mut row.clone(), &mut Vec::new(), 0, graph, &mut found);
        if let Some((at, other, multiset)) = &self.other {
            // The other form of the path in its place, a match of both once where that is asked.
            let mut written_out = Match { other: None, ..self.clone() };
            written_out.paths[*at] = other.clone();
            let mut more = Vec::new();
            written_out.extend(&mut row.clone(), &mut Vec::new(), 0, graph, &mut more);
            found.extend(more);
            found.iter_mut().for_each(|row| self.complete(row));
            found.retain(|row| self.keeps(row, graph));
            if !multiset {
                found.sort();
                found.dedup();
            }
        }
        if found.is_empty() && self.optional {
            let mut row = row;
            self.complete(&mut row);
            return vec![row];
        }
        found
    }

    /// Gives null to the names that a row does not have.
    fn complete(&self, row: &mut Row) {
        for name in self.names() {
            if !row.iter().any(|(known, _)| *known == name) {
                row.push((name, Cell::Null));
            }
        }
        row.sort();
    }

    fn keeps(&self, row: &Row, graph: &Graph) -> bool {
        self.filter.as_ref().is_none_or(|filter| filter.truth(row, graph) == Some(true))
    }

    /// The names in it, as often as they occur; those of the other form once more.
    fn names(&self) -> Vec<String> {
        let other = self.other.iter().map(|(_, path, _)| path);
        self.paths.iter().chain(other).flat_map(Path::names).collect()
    }

    /// Tries everything for the path at a position, then goes on to the next.
    fn extend(
        &self,
        row: &mut Row,
        used: &mut Vec<usize>,
        path: usize,
        graph: &Graph,
        found: &mut Vec<Row>,
    ) {
        let Some(pattern) = self.paths.get(path) else {
            // Where there are alternatives, names that are missing become null first.
            if self.other.is_some() || self.keeps(row, graph) {
                found.push(row.clone());
            }
            return;
        };
        for node in 0..graph.nodes.len() {
            let mark = row.len();
            if pattern.start.fits(node, row, graph) {
                self.walk(row, used, (path, 0, node), graph, found);
            }
            row.truncate(mark);
        }
    }

    fn walk(
        &self,
        row: &mut Row,
        used: &mut Vec<usize>,
        (path, step, at): (usize, usize, usize),
        graph: &Graph,
        found: &mut Vec<Row>,
    ) {
        let Some((pattern, end)) = self.paths[path].steps.get(step) else {
            return self.extend(row, used, path + 1, graph, found);
        };
        let (least, most) = pattern.length.unwrap_or((1, 1));
        // Every walk of a fitting length, by trying every relationship at every step.
        let mut open = vec![(at, Vec::new())];
        for length in 0..=most {
            if length >= least {
                for (node, walk) in &open {
                    let mark = (row.len(), used.len());
                    let cells: Vec<_> = walk.iter().map(|&id| Cell::Relationship(id)).collect();
                    let value = match pattern.length {
                        None => cells[0].clone(),
                        Some(_) => Cell::List(cells),
                    };
                    used.extend(walk);
                    if bind(row, &pattern.name, value) && end.fits(*node, row, graph) {
                        self.walk(row, used, (path, step + 1, *node), graph, found);
                    }
                    row.truncate(mark.0);
                    used.truncate(mark.1);
                }
            }
            if length == most {
                break;
            }
            let mut next = Vec::new();
            for (node, walk) in open {
                for id in 0..graph.relationships.len() {
                    if used.contains(&id) || walk.contains(&id) {
                        continue;
                    }
                    if let Some(to) = pattern.leads(id, node, graph) {
                        let mut longer: Vec<usize> = walk.clone();
                        longer.push(id);
                        next.push((to, longer));
                    }
                }
            }
            open = next;
        }
    }
}

/// Binds a name, or says whether it is bound to the same.
fn bind(row: &mut Row, name: &str, value: Cell) -> bool {
    match row.iter().find(|(known, _)| known == name) {
        Some((_, known)) => *known == value,
        None => {
            row.push((name.to_owned(), value));
            true
        }
    }
}

impl Path {
    fn random(random: &mut Random, names: &mut Names) -> Path {
        let start = NodePattern::random(random, names);
        let steps = (0..random.below(3))
            .map(|_| {
                (RelationshipPattern::random(random, names), NodePattern::random(random, names))
            })
            .collect();
        Path { start, steps }
    }
}

impl Path {
    fn names(&self) -> Vec<String> {
        let steps = self.steps.iter().flat_map(|(r, n)| [r.name.clone(), n.name.clone()]);
        std::iter::once(self.start.name.clone()).chain(steps).collect()
    }

    /// The same names in the same order, with other conditions, perhaps a step less.
    fn varied(&self, random: &mut Random) -> Path {
        let mut path = self.clone();
        if random.one_in(2) {
            path.start.label = random.one_in(2).then(|| random.pick(&["A", "B"]));
        }
        for (relationship, node) in &mut path.steps {
            if random.one_in(2) {
                relationship.types = match random.below(3) {
                    0 => vec!["R"],
                    1 => vec!["S"],
                    _ => Vec::new(),
                };
            }
            if random.one_in(2) {
                relationship.way = random.pick(&[Way::Out, Way::In, Way::Both]);
            }
            if random.one_in(3) {
                node.p = None;
            }
        }
        if path.steps.len() > 1 && random.one_in(3) {
            path.steps.pop();
        }
        path
    }
}

impl NodePattern {
    fn random(random: &mut Random, names: &mut Names) -> NodePattern {
        let name = if !names.nodes.is_empty() && random.one_in(3) {
            names.nodes[random.below(names.nodes.len())].clone()
        } else {
            let name = format!("n{}", names.nodes.len());
            names.nodes.push(name.clone());
            name
        };
        let label = random.one_in(3).then(|| random.pick(&["A", "B"]));
        let p = random.one_in(6).then(|| random.below(3) as i64);
        NodePattern { name, label, p }
    }

    fn fits(&self, node: usize, row: &mut Row, graph: &Graph) -> bool {
        let content = &graph.nodes[node];
        self.label.is_none_or(|label| content.labels.contains(&label))
            && self.p.is_none_or(|p| content.p == Some(p))
            && bind(row, &self.name, Cell::Node(node))
    }
}

impl RelationshipPattern {
    fn random(random: &mut Random, names: &mut Names) -> RelationshipPattern {
        names.relationships += 1;
        let types = match random.below(4) {
            0 => vec!["R"],
            1 => vec!["S"],
            2 => vec!["R", "S"],
            _ => Vec::new(),
        };
        let length = random.one_in(5).then(|| {
            let least = random.below(3);
            (least, least + random.below(3))
        });
        RelationshipPattern {
            name: format!("r{}", names.relationships),
            types,
            way: random.pick(&[Way::Out, Way::In, Way::Both]),
            length,
            w: random.one_in(6).then(|| random.below(3) as i64),
        }
    }

    /// Where a relationship leads from a node, if it fits.
    fn leads(&self, id: usize, from: usize, graph: &Graph) -> Option<usize> {
        let r = &graph.relationships[id];
        let fits = (self.types.is_empty() || self.types.contains(&r.of))
            && self.w.is_none_or(|w| r.w == Some(w));
        match self.way {
            _ if !fits => None,
            Way::Out | Way::Both if r.from == from => Some(r.to),
            Way::In | Way::Both if r.to == from => Some(r.from),
            _ => None,
        }
    }
}

impl Condition {
    pub(crate) fn random(random: &mut Random, names: &[&str], depth: usize) -> Condition {
        let name = |random: &mut Random| names[random.below(names.len())].to_owned();
        let operand = |random: &mut Random| {
            if random.one_in(2) {
                Operand::Property(name(random))
            } else {
                Operand::Number((!random.one_in(6)).then(|| random.below(3) as i64))
            }
        };
        if depth > 0 && random.one_in(2) {
            let mut inner = || Box::new(Condition::random(random, names, depth - 1));
            let (a, b) = (inner(), inner());
            return match random.below(3) {
                0 => Condition::Not(a),
                1 => Condition::And(a, b),
                _ => Condition::Or(a, b),
            };
        }
        match random.below(7) {
            0 => Condition::IsNull(operand(random)),
            1 => Condition::HasLabel(name(random), random.pick(&["A", "B"])),
            2 => Condition::Same(name(random), name(random)),
            3 => Condition::Exists(name(random), random.pick(&["R", "S"])),
            _ => {
                let sign = random.pick(&["=", "<>", "<", "<=", ">", ">="]);
                Condition::Compare(Operand::Property(name(random)), sign, operand(random))
            }
        }
    }

    /// Puts a subquery in place of a number.
    fn vary(&mut self, random: &mut Random) {
        match self {
            Condition::Compare(Operand::Property(name), _, other) => {
                *other = Operand::Least(name.clone(), random.pick(&["R", "S"]));
            }
            Condition::Not(inner) | Condition::And(inner, _) | Condition::Or(inner, _) => {
                inner.vary(random);
            }
            _ => {}
        }
    }

    fn truth(&self, row: &Row, graph: &Graph) -> Option<bool> {
        let node = |name: &str| row.iter().find(|(known, _)| known == name).map(|(_, cell)| cell);
        match self {
            Condition::Compare(a, sign, b) => {
                let (a, b) = (a.value(row, graph)?, b.value(row, graph)?);
                Some(match *sign {
                    "=" => a == b,
                    "<>" => a != b,
                    "<" => a < b,
                    "<=" => a <= b,
                    ">" => a > b,
                    _ => a >= b,
                })
            }
            Condition::IsNull(operand) => Some(operand.value(row, graph).is_none()),
            Condition::HasLabel(name, label) => match node(name) {
                Some(Cell::Node(at)) => Some(graph.nodes[*at].labels.contains(label)),
                _ => None,
            },
            Condition::Same(a, b) => match (node(a), node(b)) {
                (Some(Cell::Node(a)), Some(Cell::Node(b))) => Some(a == b),
                _ => None,
            },
            // A pattern from a null node has no match.
            Condition::Exists(name, of) => match node(name) {
                Some(Cell::Node(at)) => {
                    Some(graph.relationships.iter().any(|r| r.from == *at && r.of == *of))
                }
                _ => Some(false),
            },
            Condition::Not(inner) => inner.truth(row, graph).map(|truth| !truth),
            Condition::And(a, b) => match (a.truth(row, graph), b.truth(row, graph)) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            },
            Condition::Or(a, b) => match (a.truth(row, graph), b.truth(row, graph)) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            },
        }
    }

    fn smaller(&self) -> Vec<Condition> {
        match self {
            Condition::Not(inner) => vec![(**inner).clone()],
            Condition::And(a, b) | Condition::Or(a, b) => vec![(**a).clone(), (**b).clone()],
            _ => Vec::new(),
        }
    }
}

impl Operand {
    fn value(&self, row: &Row, graph: &Graph) -> Option<i64> {
        match self {
            Operand::Number(number) => *number,
            Operand::Property(name) => property(row, name, graph),
            Operand::Least(name, of) => {
                let Some((_, Cell::Node(from))) = row.iter().find(|(known, _)| known == name)
                else {
                    return None;
                };
                let ends = graph.relationships.iter().filter(|r| r.from == *from && r.of == *of);
                ends.filter_map(|r| graph.nodes[r.to].p).min()
            }
        }
    }
}

/// The property `p` of the node that a name stands for.
fn property(row: &Row, name: &str, graph: &Graph) -> Option<i64> {
    match row.iter().find(|(known, _)| known == name) {
        Some((_, Cell::Node(at))) => graph.nodes[*at].p,
        _ => None,
    }
}

impl Projection {
    fn rows(&self, elements: &[(String, bool)], rows: Vec<Row>, graph: &Graph) -> Vec<Vec<Cell>> {
        let number = |cell: &Cell| match cell {
            Cell::Node(id) | Cell::Relationship(id) => Cell::Integer(*id as i64),
            _ => Cell::Null,
        };
        match self {
            Projection::All { distinct } => {
                let mut all: Vec<Vec<Cell>> = Vec::new();
                for row in &rows {
                    let cells = elements.iter().map(|(name, _)| {
                        let cell = row.iter().find(|(known, _)| known == name);
                        match cell.map(|(_, cell)| cell) {
                            Some(Cell::List(items)) => {
                                Cell::List(items.iter().map(number).collect())
                            }
                            Some(cell) => number(cell),
                            None => Cell::Null,
                        }
                    });
                    let cells: Vec<_> = cells.collect();
                    if !(*distinct && all.contains(&cells)) {
                        all.push(cells);
                    }
                }
                all
            }
            Projection::Count => vec![vec![Cell::Integer(rows.len() as i64)]],
            Projection::Grouped { by, of } => {
                let mut groups: Vec<(Option<i64>, i64, i64)> = Vec::new();
                for row in &rows {
                    let key = property(row, by, graph);
                    let value = property(row, of, graph).unwrap_or(0);
                    match groups.iter_mut().find(|(known, ..)| *known == key) {
                        Some((_, count, sum)) => {
                            *count += 1;
                            *sum += value;
                        }
                        None => groups.push((key, 1, value)),
                    }
                }
                let cell = |key: Option<i64>| key.map_or(Cell::Null, Cell::Integer);
                groups
                    .into_iter()
                    .map(|(key, count, sum)| {
                        vec![cell(key), Cell::Integer(count), Cell::Integer(sum)]
                    })
                    .collect()
            }
            Projection::Pairs { one, other } => {
                let mut groups: Vec<([Option<i64>; 2], i64)> = Vec::new();
                for row in &rows {
                    let key = [one, other].map(|name| property(row, name, graph));
                    match groups.iter_mut().find(|(known, _)| *known == key) {
                        Some((_, count)) => *count += 1,
                        None => groups.push((key, 1)),
                    }
                }
                let cell = |key: Option<i64>| key.map_or(Cell::Null, Cell::Integer);
                let rows = groups.into_iter();
                rows.map(|([a, b], n)| vec![cell(a), cell(b), Cell::Integer(n)]).collect()
            }
            Projection::Having { by, least } => {
                let mut groups: Vec<(Option<i64>, i64)> = Vec::new();
                for row in &rows {
                    let key = property(row, by, graph);
                    match groups.iter_mut().find(|(known, _)| *known == key) {
                        Some((_, count)) => *count += 1,
                        None => groups.push((key, 1)),
                    }
                }
                let kept = groups.iter().filter(|(_, count)| count > least).count();
                vec![vec![Cell::Integer(kept as i64)]]
            }
        }
    }

    fn text(&self, elements: &[(String, bool)]) -> String {
        match self {
            Projection::All { distinct } => {
                let word = if *distinct { "DISTINCT " } else { "" };
                let items = elements.iter().enumerate().map(|(at, (name, is_list))| {
                    if *is_list {
                        format!("[x IN {name} | x.id] AS c{at}")
                    } else {
                        format!("{name}.id AS c{at}")
                    }
                });
                format!("RETURN {word}{}", items.collect::<Vec<_>>().join(", "))
            }
            Projection::Count => "RETURN count(*) AS n".to_owned(),
            Projection::Grouped { by, of } => {
                format!("RETURN {by}.p AS key, count(*) AS n, sum({of}.p) AS total")
            }
            Projection::Pairs { one, other } => {
                format!("RETURN {one}.p AS one, {other}.p AS other, count(*) AS n")
            }
            Projection::Having { by, least } => {
                format!(
                    "WITH {by}.p AS key, count(*) AS n WHERE n > {least} RETURN count(*) AS groups"
                )
            }
        }
    }
}

impl Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for clause in &self.matches {
            let mut paths: Vec<_> = clause.paths.iter().map(Path::to_string).collect();
            if let Some((at, other, multiset)) = &clause.other {
                let sign = if *multiset { "|+|" } else { "|" };
                paths[*at] = format!("{} {sign} {other}", paths[*at]);
            }
            let optional = if clause.optional { "OPTIONAL " } else { "" };
            write!(f, "{optional}MATCH {}", paths.join(", "))?;
            if let Some(filter) = &clause.filter {
                write!(f, " WHERE {filter}")?;
            }
            writeln!(f)?;
        }
        if let Some(after) = &self.after {
            writeln!(f, "WITH * WHERE {after}")?;
        }
        f.write_str(&self.result.text(&self.elements()))
    }
}

impl Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.start)?;
        for (relationship, node) in &self.steps {
            write!(f, "{relationship}{node}")?;
        }
        Ok(())
    }
}

impl Display for NodePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "({}", self.name)?;
        if let Some(label) = self.label {
            write!(f, ":{label}")?;
        }
        if let Some(p) = self.p {
            write!(f, " {{p: {p}}}")?;
        }
        f.write_str(")")
    }
}

impl Display for RelationshipPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let types: String = if self.types.is_empty() {
            String::new()
        } else {
            format!(":{}", self.types.join("|"))
        };
        let length = self.length.map_or(String::new(), |(a, b)| format!("*{a}..{b}"));
        let w = self.w.map_or(String::new(), |w| format!(" {{w: {w}}}"));
        let (left, right) = match self.way {
            Way::Out => ("-", "->"),
            Way::In => ("<-", "-"),
            Way::Both => ("-", "-"),
        };
        write!(f, "{left}[{}{types}{length}{w}]{right}", self.name)
    }
}

impl Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Condition::Compare(a, sign, b) => write!(f, "{a} {sign} {b}"),
            Condition::IsNull(operand) => write!(f, "{operand} IS NULL"),
            Condition::HasLabel(name, label) => write!(f, "{name}:{label}"),
            Condition::Same(a, b) => write!(f, "{a} = {b}"),
            Condition::Exists(name, of) => write!(f, "({name})-[:{of}]->()"),
            Condition::Not(inner) => write!(f, "NOT ({inner})"),
            Condition::And(a, b) => write!(f, "({a}) AND ({b})"),
            Condition::Or(a, b) => write!(f, "({a}) OR ({b})"),
        }
    }
}

impl Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Operand::Property(name) => write!(f, "{name}.p"),
            Operand::Number(Some(number)) => write!(f, "{number}"),
            Operand::Number(None) => f.write_str("null"),
            Operand::Least(name, of) => {
                write!(f, "VALUE {{ MATCH ({name})-[:{of}]->(m) RETURN min(m.p) AS least }}")
            }
        }
    }
}
