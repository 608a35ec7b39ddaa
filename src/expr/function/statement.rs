//! Functions on what is known about a statement: when it holds, who says so, and where.
//!
//! They are Dossier's own. A plain relationship has none of it and answers with the defaults:
//! no date, asserted, of normal rank, no evidence.

use super::Function;
use super::argument::relationship;
use crate::error::Result;
use crate::expr::access;
use crate::expr::eval::Context;
use crate::graph::source::Evidence;
use crate::graph::statement::{Qualifiers, Rank, Stance};
use crate::graph::{stated, when};
use crate::value::time::Truth;
use crate::value::{StatementId, Value};

pub(super) static FUNCTIONS: &[Function] = &[
    Function::new(
        "valid(statement :: RELATIONSHIP | PATH | LIST<RELATIONSHIP>) :: EDTF",
        "When the statement holds or happened, as an uncertain date, or when all statements of a path hold at one time; null where that is not stated.",
        ("CREATE ()-[r:MET VALID edtf('XXXX-11-12')]->() RETURN valid(r)", "XXXX-11-12"),
        valid,
    )
    .varying(),
    Function::new(
        "recorded(statement :: RELATIONSHIP) :: MAP",
        "When what is known of the statement was recorded: the number of the commit and its instant; null of what the query itself has written.",
        ("CREATE ()-[r:MET]->() RETURN recorded(r)", "null"),
        |context, args| {
            let id = relationship("recorded", &args[0])?;
            access::existing_statement(context.graph, id)?;
            let Some(recorded) = context.graph.recorded(id) else { return Ok(Value::Null) };
            let commit = i64::try_from(recorded.commit).unwrap_or(i64::MAX);
            Ok(Value::map([("commit", commit.into()), ("at", recorded.at().into())]))
        },
    )
    .varying(),
    Function::new(
        "truth(statement? :: RELATIONSHIP | PATH | LIST<RELATIONSHIP>) :: STRING",
        "How sure it is that the statement holds when the query wants it to, or that the row is so: 'certain', 'presumed', 'possible' or 'no'.",
        ("CREATE ()-[r:MET]->() RETURN truth(r)", "'certain'"),
        |_, _| Ok(Truth::Certain.as_str().into()),
    )
    .varying(),
    Function::new(
        "certain(statement? :: RELATIONSHIP | PATH | LIST<RELATIONSHIP>) :: BOOLEAN",
        "Whether it is certain that the statement holds when the query wants it to, or that the row is so.",
        ("CREATE ()-[r:MET]->() RETURN certain(r)", "true"),
        |_, _| Ok(true.into()),
    )
    .varying(),
    Function::new(
        "presumed(statement? :: RELATIONSHIP | PATH | LIST<RELATIONSHIP>) :: BOOLEAN",
        "Whether that is certain or presumed.",
        ("CREATE ()-[r:MET]->() RETURN presumed(r)", "true"),
        |_, _| Ok(true.into()),
    )
    .varying(),
    Function::new(
        "possible(statement? :: RELATIONSHIP | PATH | LIST<RELATIONSHIP>) :: BOOLEAN",
        "Whether that is certain, presumed or possible.",
        ("CREATE ()-[r:MET]->() RETURN possible(r)", "true"),
        |_, _| Ok(true.into()),
    )
    .varying(),
    Function::new(
        "notBefore(statement :: RELATIONSHIP) :: DATE",
        "The day before which the event, or the beginning of the state, is not; null where there is no such bound.",
        ("CREATE ()-[r:MET VALID edtf('XXXX-11-12') FROM date('2017-11-12')]->() RETURN notBefore(r)", "2017-11-12"),
        |context, args| {
            let qualifiers = qualifiers("notBefore", context, &args[0])?;
            Ok(qualifiers.and_then(|q| q.not_before).into())
        },
    )
    .varying(),
    Function::new(
        "notAfter(statement :: RELATIONSHIP) :: DATE",
        "The day after which the event, or the beginning of the state, is not; null where there is no such bound.",
        ("CREATE ()-[r:MET VALID edtf('XXXX-11-12') TO date('2018-11-12')]->() RETURN notAfter(r)", "2018-11-12"),
        |context, args| {
            let qualifiers = qualifiers("notAfter", context, &args[0])?;
            Ok(qualifiers.and_then(|q| q.not_after).into())
        },
    )
    .varying(),
    Function::new(
        "stance(statement :: RELATIONSHIP) :: STRING",
        "How the source puts the statement: 'asserted', 'attributed', 'quoted', 'scare-quoted', 'denied' or 'inferred'.",
        ("CREATE ()-[r:MET]->() RETURN stance(r)", "'asserted'"),
        |context, args| {
            let stance = qualifiers("stance", context, &args[0])?.map_or(Stance::default(), |q| q.stance);
            Ok(stance.as_str().into())
        },
    )
    .varying(),
    Function::new(
        "speaker(statement :: RELATIONSHIP) :: STRING",
        "Who says so, where the source names somebody.",
        ("CREATE ()-[r:MET]->() RETURN speaker(r)", "null"),
        |context, args| {
            Ok(qualifiers("speaker", context, &args[0])?.and_then(|q| q.speaker.clone()).into())
        },
    )
    .varying(),
    Function::new(
        "rank(statement :: RELATIONSHIP) :: STRING",
        "How the statement ranks among those that compete with it: 'preferred', 'normal' or 'deprecated'.",
        ("CREATE ()-[r:MET]->() RETURN rank(r)", "'normal'"),
        |context, args| {
            let rank = qualifiers("rank", context, &args[0])?.map_or(Rank::default(), |q| q.rank);
            Ok(rank.as_str().into())
        },
    )
    .varying(),
    Function::new(
        "reason(statement :: RELATIONSHIP) :: STRING",
        "Why the statement is deprecated, or from what it is inferred; null where that is not stated.",
        ("CREATE ()-[r:MET]->() RETURN reason(r)", "null"),
        |context, args| {
            Ok(qualifiers("reason", context, &args[0])?.and_then(|q| q.reason.clone()).into())
        },
    )
    .varying(),
    Function::new(
        "plainValue(node :: NODE, key :: STRING) :: ANY",
        "The value of a property that has neither date nor source; null where values with them are stated of the node.",
        ("CREATE (s:State {area: 21, population: 10084 VALID edtf('2011')}) RETURN [plainValue(s, 'area'), plainValue(s, 'population')]", "[21, null]"),
        |context, args| {
            let (node, key) = match (&args[0], &args[1]) {
                (Value::Node(node), Value::String(key)) => (*node, key),
                _ => return Ok(Value::Null),
            };
            access::existing_node(context.graph, node)?;
            if stated::values(context.graph, node, key).is_empty() {
                return access::property(context.graph, &args[0], key);
            }
            Ok(Value::Null)
        },
    )
    .varying(),
    Function::new(
        "standing(statement :: RELATIONSHIP) :: LIST<INTEGER>",
        "What decides between statements of one thing, the greatest first: its rank, the day since 1970 on which it begins, and its number.",
        ("CREATE ()-[r:MET VALID edtf('1970-01-03')]->() RETURN standing(r)[0..2]", "[1, 2]"),
        |context, args| {
            let id = relationship("standing", &args[0])?;
            access::existing_statement(context.graph, id)?;
            let standing = stated::standing(context.graph, id);
            Ok(Value::list(standing.into_iter().map(Value::Integer)))
        },
    )
    .varying(),
    Function::new(
        "evidence(statement :: RELATIONSHIP) :: LIST<MAP>",
        "The places that the statement rests on: document, paragraph, sentence, other place, stance, speaker, statement, valid and summary of each.",
        ("CREATE ()-[r:MET]->() RETURN evidence(r)", "[]"),
        evidence,
    )
    .varying(),
];

fn valid(context: &Context<'_>, args: &[Value]) -> Result<Value> {
    let several: Vec<StatementId> = match &args[0] {
        Value::Path(path) => path.relationships.clone(),
        Value::List(items) => {
            items.iter().map(|item| relationship("valid", item)).collect::<Result<_>>()?
        }
        one => vec![relationship("valid", one)?],
    };
    for id in &several {
        access::existing_statement(context.graph, *id)?;
    }
    if let [one] = several[..] {
        return Ok(when::date_of(context.graph, one).into());
    }
    Ok(when::common_time(context.graph, &several).into())
}

/// What is known about the statement; `None` where it is plain.
fn qualifiers<'a>(
    function: &str,
    context: &Context<'a>,
    value: &Value,
) -> Result<Option<&'a Qualifiers>> {
    let id = relationship(function, value)?;
    access::existing_statement(context.graph, id)?;
    Ok(context.graph.qualifiers(id))
}

fn evidence(context: &Context<'_>, args: &[Value]) -> Result<Value> {
    let id = relationship("evidence", &args[0])?;
    access::existing_statement(context.graph, id)?;
    let places = Evidence::of(context.graph, id);
    Ok(Value::list(places.into_iter().filter(|place| !place.document.is_empty()).map(as_map)))
}

/// The map of one piece of evidence; what is not stated is null, so that every map has all keys.
fn as_map(place: Evidence) -> Value {
    Value::map([
        ("document", place.document.into()),
        ("paragraph", place.paragraph.into()),
        ("sentence", place.sentence.into()),
        ("place", place.place.into()),
        ("stance", place.stance.into()),
        ("speaker", place.speaker.into()),
        ("statement", place.statement.into()),
        ("valid", place.valid.into()),
        ("summary", place.summary.into()),
    ])
}
