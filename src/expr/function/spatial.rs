//! Points and distances.
//!
//! There are four coordinate systems, as in Neo4j's Cypher: WGS 84 and Cartesian, each in two
//! and three dimensions, known by name and by SRID. Distances in WGS 84 are along a sphere of
//! the Earth's mean radius (haversine formula), in metres.

use std::sync::Arc;

use super::Function;
use super::argument::wrong_type;
use crate::error::{Error, Result, eval as codes};
use crate::expr::eval::Context;
use crate::text::suggest;
use crate::value::number::float_to_string;
use crate::value::{Map, Point, Value};

pub(super) static FUNCTIONS: &[Function] = &[
    Function::new(
        "point(components :: MAP) :: POINT",
        "The point with the given x and y (and z), or longitude and latitude (and height), in the system that `crs` or `srid` names.",
        ("RETURN point({x: 3, y: 4}).x", "3.0"),
        |_, args| match &args[0] {
            Value::Map(components) => point(components),
            other => Err(wrong_type("point", "a Map", other)),
        },
    ),
    Function::new(
        "point.distance(from :: POINT, to :: POINT) :: FLOAT",
        "The distance between two points of one coordinate system, in metres on the Earth; null between systems.",
        ("RETURN point.distance(point({x: 0, y: 0}), point({x: 3, y: 4}))", "5.0"),
        |_, args| distance("point.distance", args),
    ),
    Function::new(
        "distance(from :: POINT, to :: POINT) :: FLOAT",
        "The distance between two points; the same as point.distance.",
        ("RETURN distance(point({x: 0, y: 0}), point({x: 3, y: 4}))", "5.0"),
        |_, args| distance("distance", args),
    ),
    Function::new(
        "point.withinBBox(point :: POINT, lowerLeft :: POINT, upperRight :: POINT) :: BOOLEAN",
        "Whether a point is in the box between two corners, the edges included; null between coordinate systems.",
        (
            "RETURN point.withinBBox(point({x: 1, y: 1}), point({x: 0, y: 0}), point({x: 2, y: 2}))",
            "true",
        ),
        within_box,
    ),
];

/// The coordinate systems: name, SRID, dimensions.
const SYSTEMS: [(&str, u32, usize); 4] = [
    ("wgs-84", WGS_84, 2),
    ("wgs-84-3d", WGS_84_3D, 3),
    ("cartesian", 7203, 2),
    ("cartesian-3d", 9157, 3),
];
const WGS_84: u32 = 4326;
const WGS_84_3D: u32 = 4979;

/// The mean radius of the Earth in metres (IUGG R1).
const EARTH_RADIUS_M: f64 = 6_371_008.8;

/// The point as the call that makes it.
pub(super) fn text(point: &Point) -> String {
    let names = ["x", "y", "z"].iter().zip(&point.coordinates);
    let coordinates: Vec<_> =
        names.map(|(name, &number)| format!("{name}: {}", float_to_string(number))).collect();
    format!("point({{{}, crs: '{}'}})", coordinates.join(", "), crs(point))
}

/// A component of a point by name; `None` for a name that points of its system do not have.
pub(crate) fn component(point: &Point, name: &str) -> Option<Value> {
    let at = match name {
        "crs" => return Some(crs(point).into()),
        "srid" => return Some(point.srid.into()),
        "x" => 0,
        "y" => 1,
        "z" => 2,
        "longitude" if is_geographic(point) => 0,
        "latitude" if is_geographic(point) => 1,
        "height" if is_geographic(point) => 2,
        _ => return None,
    };
    point.coordinates.get(at).map(|&number| number.into())
}

fn crs(point: &Point) -> &'static str {
    SYSTEMS.iter().find(|(_, srid, _)| *srid == point.srid).map_or("unknown", |(name, _, _)| name)
}

fn is_geographic(point: &Point) -> bool {
    matches!(point.srid, WGS_84 | WGS_84_3D)
}

/// Fails on a component that no point has, which would else be passed over.
fn known_components(components: &Map) -> Result<()> {
    const KNOWN: [&str; 8] = ["x", "y", "z", "longitude", "latitude", "height", "crs", "srid"];
    match components.keys().find(|key| !KNOWN.contains(&&***key)) {
        None => Ok(()),
        Some(other) => {
            let error = invalid(format_args!("a point has no component `{other}`"));
            let near = suggest::nearest(other, KNOWN);
            Err(error.hint_opt(near.map(|near| format!("Did you mean `{near}`?"))))
        }
    }
}

fn point(components: &Map) -> Result<Value> {
    if components.values().any(Value::is_null) {
        return Ok(Value::Null);
    }
    known_components(components)?;
    let number = |name: &str| {
        components
            .get(name)
            .map(|value| {
                value.as_float().ok_or_else(|| {
                    invalid(format_args!("`{name}` must be a number, not {}", value.with_article()))
                })
            })
            .transpose()
    };
    let geographic = components.contains_key("longitude") || components.contains_key("latitude");
    let [x, y, z] = if geographic { ["longitude", "latitude", "height"] } else { ["x", "y", "z"] };
    let (Some(x), Some(y)) = (number(x)?, number(y)?) else {
        return Err(invalid(format_args!("both `{x}` and `{y}` are needed")));
    };
    let coordinates: Vec<f64> = [x, y].into_iter().chain(number(z)?).collect();
    let (_, srid, dimensions) = system(components, geographic, coordinates.len())?;
    if dimensions != coordinates.len() {
        return Err(invalid(format_args!(
            "the system has {dimensions} dimensions, but {} are given",
            coordinates.len()
        )));
    }
    if matches!(srid, WGS_84 | WGS_84_3D) && !(-90.0..=90.0).contains(&y) {
        return Err(invalid(format_args!("a latitude is between -90 and 90, not {y}")));
    }
    Ok(Value::Point(Arc::new(Point { srid, coordinates })))
}

/// The coordinate system that the map names, or else the one that its components mean.
fn system(
    components: &Map,
    geographic: bool,
    dimensions: usize,
) -> Result<(&'static str, u32, usize)> {
    let wanted = |&(name, srid, count): &(&str, u32, usize)| match (
        components.get("crs"),
        components.get("srid"),
    ) {
        (Some(Value::String(crs)), _) => name.eq_ignore_ascii_case(crs),
        (None, Some(Value::Integer(number))) => i64::from(srid) == *number,
        (None, None) => count == dimensions && matches!(srid, WGS_84 | WGS_84_3D) == geographic,
        _ => false,
    };
    SYSTEMS.into_iter().find(wanted).ok_or_else(|| invalid("there is no such coordinate system"))
}

fn invalid(problem: impl std::fmt::Display) -> Error {
    Error::new(&codes::ARGUMENT_VALUE, format!("point(): {problem}.")).hint(
        "Write point({x: 1, y: 2}) or point({longitude: 44.2, latitude: 42.3}); `crs` is 'wgs-84', 'wgs-84-3d', 'cartesian' or 'cartesian-3d'.",
    )
}

fn as_point<'a>(function: &str, value: &'a Value) -> Result<&'a Point> {
    if let Value::Point(point) = value {
        Ok(point)
    } else {
        Err(wrong_type(function, "a Point", value))
    }
}

fn distance(function: &str, args: &[Value]) -> Result<Value> {
    let (a, b) = (as_point(function, &args[0])?, as_point(function, &args[1])?);
    if a.srid != b.srid {
        return Ok(Value::Null);
    }
    let squares = |from: usize| -> f64 {
        let pairs = a.coordinates.iter().zip(&b.coordinates).skip(from);
        pairs.map(|(x, y)| (x - y) * (x - y)).sum()
    };
    Ok(if is_geographic(a) {
        // Along the surface at the mean of the two heights, and then up.
        great_circle(a, b).hypot(squares(2).sqrt())
    } else {
        squares(0).sqrt()
    }
    .into())
}

/// The distance in metres along a sphere of the Earth's radius and the points' mean height.
fn great_circle(a: &Point, b: &Point) -> f64 {
    let radians = |point: &Point, at: usize| point.coordinates[at].to_radians();
    let half = |at: usize| ((radians(b, at) - radians(a, at)) / 2.0).sin().powi(2);
    let h = half(1) + radians(a, 1).cos() * radians(b, 1).cos() * half(0);
    let heights = a.coordinates.iter().skip(2).chain(b.coordinates.iter().skip(2));
    let radius = EARTH_RADIUS_M + heights.sum::<f64>() / 2.0;
    2.0 * radius * h.min(1.0).sqrt().asin()
}

fn within_box(_: &Context<'_>, args: &[Value]) -> Result<Value> {
    let [point, low, high] = [0, 1, 2].map(|at| as_point("point.withinBBox", &args[at]));
    let (point, low, high) = (point?, low?, high?);
    if point.srid != low.srid || point.srid != high.srid {
        return Ok(Value::Null);
    }
    let inside = |at: usize| {
        let [x, from, to] = [point, low, high].map(|point| point.coordinates[at]);
        if at == 0 && is_geographic(point) && from > to {
            // The box crosses the 180th meridian.
            x >= from || x <= to
        } else {
            from <= x && x <= to
        }
    };
    Ok((0..point.coordinates.len()).all(inside).into())
}
