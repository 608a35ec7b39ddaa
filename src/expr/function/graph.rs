//! Functions on nodes, relationships and paths.

use std::sync::Arc;

use hashbrown::HashSet;

use super::Function;
use super::argument::{node, relationship, wrong_type, wrong_value};
use crate::error::Result;
use crate::expr::access;
use crate::expr::eval::Context;
use crate::value::{Map, NodeId, Path, Value};

pub(super) static FUNCTIONS: &[Function] = &[
    Function::new(
        "id(element :: NODE | RELATIONSHIP) :: INTEGER",
        "The number of a node or a relationship, which stays with it for the life of the store.",
        ("CREATE (n) RETURN id(n) >= 0", "true"),
        |context, args| Ok(Value::Integer(element_id("id", context, &args[0])? as i64)),
    )
    .of_graph(),
    Function::new(
        "elementId(element :: NODE | RELATIONSHIP) :: STRING",
        "The number of a node or a relationship, as text.",
        ("CREATE (n) RETURN elementId(n) = toString(id(n))", "true"),
        |context, args| Ok(element_id("elementId", context, &args[0])?.to_string().into()),
    )
    .of_graph(),
    Function::new(
        "type(relationship :: RELATIONSHIP) :: STRING",
        "The type of a relationship.",
        ("CREATE ()-[r:KNOWS]->() RETURN type(r)", "'KNOWS'"),
        |context, args| {
            let id = relationship("type", &args[0]).map_err(|error| match args[0] {
                Value::Node(_) => error.hint("A node has labels: write labels(n)."),
                _ => error,
            })?;
            let ends = access::ends(context.graph, id)?;
            Ok(Arc::clone(context.graph.catalog().type_name(ends.relationship_type)).into())
        },
    )
    .of_graph(),
    Function::new(
        "labels(node :: NODE) :: LIST<STRING>",
        "The labels of a node.",
        ("CREATE (n:State) RETURN labels(n)", "['State']"),
        |context, args| {
            let node = node("labels", &args[0]).map_err(|error| match args[0] {
                Value::Relationship(_) => error.hint("A relationship has a type: write type(r)."),
                _ => error,
            })?;
            access::existing_node(context.graph, node)?;
            let name = |&label| Arc::clone(context.graph.catalog().label_name(label)).into();
            Ok(Value::list(context.graph.labels(node).iter().map(name)))
        },
    )
    .of_graph(),
    Function::new(
        "keys(value :: NODE | RELATIONSHIP | MAP) :: LIST<STRING>",
        "The names of the properties of a node or a relationship, or of the entries of a map.",
        ("RETURN keys({a: 1, b: null})", "['a', 'b']"),
        |context, args| match access::properties(context.graph, &args[0])? {
            Some(Value::Map(map)) => Ok(Value::list(map.keys().map(|key| Arc::clone(key).into()))),
            _ => Err(wrong_type("keys", "a Node, a Relationship or a Map", &args[0])),
        },
    )
    .of_graph(),
    Function::new(
        "properties(value :: NODE | RELATIONSHIP | MAP) :: MAP",
        "The properties of a node or a relationship as a map.",
        ("CREATE (n {a: 1}) RETURN properties(n)", "{a: 1}"),
        |context, args| {
            access::properties(context.graph, &args[0])?.ok_or_else(|| {
                wrong_type("properties", "a Node, a Relationship or a Map", &args[0])
            })
        },
    )
    .of_graph(),
    Function::new(
        "withValues(map :: MAP, values :: MAP) :: MAP",
        "A map with the values of another one in place of its own, of which a null takes the entry away.",
        ("RETURN withValues({a: 1, b: 2}, {b: null, c: 3})", "{a: 1, c: 3}"),
        |_, args| {
            let (Some(own), Some(others)) = (args[0].as_map(), args[1].as_map()) else {
                return match args.iter().find(|value| value.as_map().is_none()) {
                    Some(value) if !value.is_null() => {
                        Err(wrong_type("withValues", "a Map", value))
                    }
                    _ => Ok(Value::Null),
                };
            };
            let own = own.iter().filter(|(key, _)| !others.contains_key(*key));
            let others = others.iter().filter(|(_, value)| !value.is_null());
            let all = own.chain(others).map(|(key, value)| (Arc::clone(key), value.clone()));
            Ok(Value::from(all.collect::<Map>()))
        },
    ),
    Function::new(
        "nodesWithin(value :: ANY) :: LIST<NODE>",
        "The nodes that a value is or holds, in lists, maps and paths, each once.",
        ("CREATE (a {n: 1}), (b {n: 2}) RETURN size(nodesWithin([a, {of: b, also: [a]}]))", "2"),
        |_, args| Ok(Value::list(nodes_within(&args[0]).into_iter().map(Value::from))),
    ),
    Function::new(
        "startNode(relationship :: RELATIONSHIP) :: NODE",
        "The node at which a relationship starts.",
        ("CREATE (a {n: 1})-[r:T]->() RETURN startNode(r).n", "1"),
        |context, args| {
            let id = relationship("startNode", &args[0])?;
            Ok(access::ends(context.graph, id)?.start.into())
        },
    )
    .of_graph(),
    Function::new(
        "endNode(relationship :: RELATIONSHIP) :: NODE",
        "The node at which a relationship ends.",
        ("CREATE ()-[r:T]->(b {n: 2}) RETURN endNode(r).n", "2"),
        |context, args| {
            let id = relationship("endNode", &args[0])?;
            Ok(access::ends(context.graph, id)?.end.into())
        },
    )
    .of_graph(),
    Function::new(
        "nodes(path :: PATH) :: LIST<NODE>",
        "The nodes of a path, in order.",
        ("CREATE p = ()-[:T]->() RETURN size(nodes(p))", "2"),
        |_, args| {
            let nodes = &path("nodes", &args[0])?.nodes;
            Ok(Value::list(nodes.iter().map(|&node| node.into())))
        },
    ),
    Function::new(
        "relationships(path :: PATH) :: LIST<RELATIONSHIP>",
        "The relationships of a path, in order.",
        ("CREATE p = ()-[:T]->() RETURN [r IN relationships(p) | type(r)]", "['T']"),
        |_, args| {
            let relationships = &path("relationships", &args[0])?.relationships;
            Ok(Value::list(relationships.iter().map(|&id| id.into())))
        },
    ),
    Function::new(
        "elements(path :: PATH) :: LIST<NODE | RELATIONSHIP>",
        "The nodes and relationships of a path in turn, as GQL has it.",
        ("CREATE p = ()-[:T]->() RETURN size(elements(p))", "3"),
        |_, args| {
            let path = path("elements", &args[0])?;
            let mut elements = Vec::with_capacity(2 * path.nodes.len());
            for (at, &node) in path.nodes.iter().enumerate() {
                elements.push(node.into());
                elements.extend(path.relationships.get(at).map(|&id| Value::from(id)));
            }
            Ok(Value::list(elements))
        },
    ),
    Function::new(
        "all_different(elements... :: NODE | RELATIONSHIP) :: BOOLEAN",
        "Whether no two of the nodes, or of the relationships, are one and the same; GQL's predicate.",
        ("CREATE (a), (b) RETURN all_different(a, b)", "true"),
        |_, args| {
            let mut seen = args.iter().enumerate();
            Ok(seen.all(|(at, element)| !args[..at].contains(element)).into())
        },
    ),
    Function::new(
        "same(elements... :: NODE | RELATIONSHIP) :: BOOLEAN",
        "Whether all of the nodes, or of the relationships, are one and the same; GQL's predicate.",
        ("CREATE (a), (b) RETURN same(a, b)", "false"),
        |_, args| Ok(args.windows(2).all(|pair| pair[0] == pair[1]).into()),
    ),
    Function::new(
        "length(path :: PATH) :: INTEGER",
        "How many relationships a path has.",
        ("CREATE p = ()-[:T]->() RETURN length(p)", "1"),
        |_, args| Ok(Value::Integer(path("length", &args[0])?.relationships.len() as i64)),
    ),
];

fn element_id(function: &str, context: &Context<'_>, value: &Value) -> Result<u64> {
    match value {
        Value::Node(node) => Ok(context.graph.node_element_id(*node)),
        Value::Relationship(id) => Ok(context.graph.statement_element_id(*id)),
        other => Err(wrong_value(function, "a Node or a Relationship", other)),
    }
}

fn path<'a>(function: &str, value: &'a Value) -> Result<&'a Path> {
    match value {
        Value::Path(path) => Ok(path),
        Value::List(_) | Value::String(_) if function == "length" => {
            Err(wrong_type(function, "a Path", value).hint("Write size(x) for a list or a text."))
        }
        _ => Err(wrong_type(function, "a Path", value)),
    }
}

/// The nodes of a value, in the order in which they stand there.
fn nodes_within(value: &Value) -> Vec<NodeId> {
    let (mut found, mut seen) = (Vec::new(), HashSet::new());
    let mut open = vec![value];
    let mut add = |node: NodeId| {
        if seen.insert(node) {
            found.push(node);
        }
    };
    while let Some(value) = open.pop() {
        match value {
            Value::Node(node) => add(*node),
            Value::Path(path) => path.nodes.iter().copied().for_each(&mut add),
            Value::List(items) => open.extend(items.iter().rev()),
            Value::Map(map) => open.extend(map.values()),
            _ => {}
        }
    }
    found
}
