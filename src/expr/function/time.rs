//! Temporal functions: constructors, clocks, truncation, durations.
//!
//! `date(x)` and its siblings read a text, a map or another temporal value; without an argument
//! they are the clock. All clocks of a statement agree (openCypher distinguishes transaction,
//! statement and real time; here the three are the instant at which the statement began), and
//! they are read in UTC unless a zone is given. The rules themselves are in [`crate::value::time`].

use super::Function;
use super::argument::{integer, text, wrong_type};
use crate::error::{Error, Result, eval};
use crate::expr::eval::Context;
use crate::value::time::{
    Clock, Date, DateTime, Duration, Edtf, LocalDateTime, LocalTime, Time, Unit, Zone,
    edtf_component,
};
use crate::value::{Map, Value};

/// A clock function with an optional zone: `date.statement('Asia/Tokyo')`.
macro_rules! clock {
    ($name:literal, $type:literal, $read:expr, $doc:literal, $example:expr $(,)?) => {
        Function::new(
            concat!($name, "(zone? :: STRING) :: ", $type),
            $doc,
            $example,
            |context, args| {
                let read: fn(&Clock) -> Value = $read;
                Ok(read(&match args.first() {
                    None => clock(context),
                    Some(zone) => clock(context).in_zone(Zone::parse(text($name, zone)?)?),
                }))
            },
        )
        .varying()
    };
}

/// A constructor: of a text, a map or another temporal value, or of the clock.
macro_rules! constructor {
    ($name:literal, $type:literal, $of:ident, $read:expr, $doc:literal, $example:expr $(,)?) => {
        Function::new(
            concat!($name, "(value? :: STRING | MAP | TEMPORAL) :: ", $type),
            $doc,
            $example,
            |context, args| {
                let read: fn(&Clock) -> Value = $read;
                match args.first() {
                    None => Ok(read(&clock(context))),
                    Some(value) => Ok($of::from_value(value, &clock(context))?.into()),
                }
            },
        )
        .varying_unless_text()
    };
}

/// A function of two temporal values that gives the duration between them.
macro_rules! difference {
    ($name:literal, $compute:ident, $doc:literal, $example:expr $(,)?) => {
        Function::new(
            concat!($name, "(from :: TEMPORAL, to :: TEMPORAL) :: DURATION"),
            $doc,
            $example,
            |_, args| Ok(Duration::$compute(&args[0], &args[1])?.into()),
        )
    };
}

pub(super) static FUNCTIONS: &[Function] = &[
    constructor!(
        "date",
        "DATE",
        Date,
        today,
        "The day that a text, a map or another value states; today without one.",
        ("RETURN date({year: 2008, week: 35, dayOfWeek: 2})", "2008-08-26"),
    ),
    clock!(
        "date.transaction",
        "DATE",
        today,
        "Today, by the clock of the transaction.",
        ("RETURN date.transaction() = date()", "true"),
    ),
    clock!(
        "date.statement",
        "DATE",
        today,
        "Today, by the clock of the statement.",
        ("RETURN date.statement() = date()", "true"),
    ),
    clock!(
        "date.realtime",
        "DATE",
        today,
        "Today, by the clock of the statement; the name is openCypher's.",
        ("RETURN date.realtime() = date()", "true"),
    ),
    clock!(
        "current_date",
        "DATE",
        today,
        "Today; GQL's name.",
        ("RETURN current_date() = date()", "true"),
    ),
    Function::new(
        "date.truncate(unit :: STRING, value? :: TEMPORAL, components? :: MAP) :: DATE",
        "The first day of the year, month, week or other unit that a value lies in, with the given components in place of the first ones.",
        ("RETURN date.truncate('month', date('2008-08-26'))", "2008-08-01"),
        |context, args| {
            let cut = Cut::read("date.truncate", context, args, today)?;
            Ok(Date::truncate(cut.unit, &cut.value, &cut.components)?.into())
        },
    )
    .varying(),
    constructor!(
        "localtime",
        "LOCAL TIME",
        LocalTime,
        local_time,
        "The time of day, without offset, that a text, a map or another value states; now without one.",
        ("RETURN localtime('143000.5')", "14:30:00.5"),
    ),
    clock!(
        "localtime.transaction",
        "LOCAL TIME",
        local_time,
        "The time of day, by the clock of the transaction.",
        ("RETURN localtime.transaction() = localtime()", "true"),
    ),
    clock!(
        "localtime.statement",
        "LOCAL TIME",
        local_time,
        "The time of day, by the clock of the statement.",
        ("RETURN localtime.statement() = localtime()", "true"),
    ),
    clock!(
        "localtime.realtime",
        "LOCAL TIME",
        local_time,
        "The time of day, by the clock of the statement; the name is openCypher's.",
        ("RETURN localtime.realtime() = localtime()", "true"),
    ),
    clock!(
        "local_time",
        "LOCAL TIME",
        local_time,
        "The time of day; GQL's name.",
        ("RETURN local_time() = localtime()", "true"),
    ),
    Function::new(
        "localtime.truncate(unit :: STRING, value? :: TEMPORAL, components? :: MAP) :: LOCAL TIME",
        "The beginning of the hour, minute or other unit that a value lies in, with the given components in place of zeros.",
        ("RETURN localtime.truncate('hour', localtime('14:35:12'))", "14:00"),
        |context, args| {
            let cut = Cut::read("localtime.truncate", context, args, local_time)?;
            Ok(LocalTime::truncate(cut.unit, &cut.value, &cut.components)?.into())
        },
    )
    .varying(),
    constructor!(
        "time",
        "ZONED TIME",
        Time,
        time,
        "The time of day with its offset that a text, a map or another value states; now without one.",
        ("RETURN time({hour: 14, minute: 30, timezone: '+03:00'})", "14:30+03:00"),
    ),
    clock!(
        "time.transaction",
        "ZONED TIME",
        time,
        "The time of day with its offset, by the clock of the transaction.",
        ("RETURN time.transaction() = time()", "true"),
    ),
    clock!(
        "time.statement",
        "ZONED TIME",
        time,
        "The time of day with its offset, by the clock of the statement.",
        ("RETURN time.statement() = time()", "true"),
    ),
    clock!(
        "time.realtime",
        "ZONED TIME",
        time,
        "The time of day with its offset, by the clock of the statement; the name is openCypher's.",
        ("RETURN time.realtime() = time()", "true"),
    ),
    clock!(
        "current_time",
        "ZONED TIME",
        time,
        "The time of day with its offset; GQL's name.",
        ("RETURN current_time() = time()", "true"),
    ),
    Function::new(
        "time.truncate(unit :: STRING, value? :: TEMPORAL, components? :: MAP) :: ZONED TIME",
        "The beginning of the hour, minute or other unit that a value lies in, with its offset and the given components in place of zeros.",
        ("RETURN time.truncate('hour', time('14:35:12+03:00'))", "14:00+03:00"),
        |context, args| {
            let cut = Cut::read("time.truncate", context, args, time)?;
            Ok(Time::truncate(cut.unit, &cut.value, &cut.components, &clock(context))?.into())
        },
    )
    .varying(),
    constructor!(
        "localdatetime",
        "LOCAL DATETIME",
        LocalDateTime,
        local_date_time,
        "The day and time of day, without offset or zone, that a text, a map or another value states; now without one.",
        ("RETURN localdatetime('2008-08-26T15:00')", "2008-08-26T15:00"),
    ),
    clock!(
        "localdatetime.transaction",
        "LOCAL DATETIME",
        local_date_time,
        "The day and time of day, by the clock of the transaction.",
        ("RETURN localdatetime.transaction() = localdatetime()", "true"),
    ),
    clock!(
        "localdatetime.statement",
        "LOCAL DATETIME",
        local_date_time,
        "The day and time of day, by the clock of the statement.",
        ("RETURN localdatetime.statement() = localdatetime()", "true"),
    ),
    clock!(
        "localdatetime.realtime",
        "LOCAL DATETIME",
        local_date_time,
        "The day and time of day, by the clock of the statement; the name is openCypher's.",
        ("RETURN localdatetime.realtime() = localdatetime()", "true"),
    ),
    clock!(
        "local_timestamp",
        "LOCAL DATETIME",
        local_date_time,
        "The day and time of day; GQL's name.",
        ("RETURN local_timestamp() = localdatetime()", "true"),
    ),
    Function::new(
        "localdatetime.truncate(unit :: STRING, value? :: TEMPORAL, components? :: MAP) :: LOCAL DATETIME",
        "The beginning of the unit that a value lies in, with the given components in place of the first ones.",
        ("RETURN localdatetime.truncate('day', localdatetime('2008-08-26T15:00'))", "2008-08-26T00:00"),
        |context, args| {
            let cut = Cut::read("localdatetime.truncate", context, args, local_date_time)?;
            Ok(LocalDateTime::truncate(cut.unit, &cut.value, &cut.components)?.into())
        },
    )
    .varying(),
    constructor!(
        "datetime",
        "ZONED DATETIME",
        DateTime,
        date_time,
        "The instant, with its offset or zone, that a text, a map or another value states; now without one.",
        ("RETURN datetime('2008-08-26T15:00[Europe/Moscow]')", "2008-08-26T15:00+04:00[Europe/Moscow]"),
    ),
    clock!(
        "datetime.transaction",
        "ZONED DATETIME",
        date_time,
        "The instant of the transaction.",
        ("RETURN datetime.transaction() = datetime()", "true"),
    ),
    clock!(
        "datetime.statement",
        "ZONED DATETIME",
        date_time,
        "The instant at which the statement began.",
        ("RETURN datetime.statement() = datetime()", "true"),
    ),
    clock!(
        "datetime.realtime",
        "ZONED DATETIME",
        date_time,
        "The instant at which the statement began; the name is openCypher's.",
        ("RETURN datetime.realtime() = datetime()", "true"),
    ),
    clock!(
        "current_timestamp",
        "ZONED DATETIME",
        date_time,
        "The instant at which the statement began; GQL's name.",
        ("RETURN current_timestamp() = datetime()", "true"),
    ),
    Function::new(
        "datetime.truncate(unit :: STRING, value? :: TEMPORAL, components? :: MAP) :: ZONED DATETIME",
        "The beginning of the unit that a value lies in, in its zone, with the given components in place of the first ones.",
        ("RETURN datetime.truncate('year', datetime('2008-08-26T15:00Z'))", "2008-01-01T00:00Z"),
        |context, args| {
            let cut = Cut::read("datetime.truncate", context, args, date_time)?;
            Ok(DateTime::truncate(cut.unit, &cut.value, &cut.components, &clock(context))?.into())
        },
    )
    .varying(),
    Function::new(
        "datetime.fromepoch(seconds :: INTEGER, nanoseconds :: INTEGER) :: ZONED DATETIME",
        "The instant that is some seconds and nanoseconds after 1970-01-01T00:00Z.",
        ("RETURN datetime.fromepoch(1219708800, 0)", "2008-08-26T00:00Z"),
        |_, args| {
            let part = |at: usize| integer("datetime.fromepoch", &args[at]);
            Ok(DateTime::from_epoch(part(0)?, part(1)?)?.into())
        },
    ),
    Function::new(
        "datetime.fromepochmillis(milliseconds :: INTEGER) :: ZONED DATETIME",
        "The instant that is some milliseconds after 1970-01-01T00:00Z.",
        ("RETURN datetime.fromepochmillis(1219708800000)", "2008-08-26T00:00Z"),
        |_, args| {
            Ok(DateTime::from_epoch_millis(integer("datetime.fromepochmillis", &args[0])?)?.into())
        },
    ),
    Function::new(
        "timestamp() :: INTEGER",
        "The milliseconds from 1970-01-01T00:00Z to the instant at which the statement began.",
        ("RETURN timestamp() = datetime().epochMillis", "true"),
        |context, _| {
            let (seconds, nanos) = context.now;
            let millis = seconds.saturating_mul(1000).saturating_add(i64::from(nanos / 1_000_000));
            Ok(Value::Integer(millis))
        },
    )
    .varying(),
    Function::new(
        "duration(value :: STRING | MAP | DURATION) :: DURATION",
        "The length of time that a text or a map states.",
        ("RETURN duration({days: 14, hours: 36})", "P14DT36H"),
        |_, args| Ok(Duration::from_value(&args[0])?.into()),
    ),
    Function::new(
        "edtf(value :: STRING | DATE | EDTF) :: EDTF",
        "The uncertain date that a text in EDTF (ISO 8601-2) or a date states.",
        ("RETURN edtf('2008-08-XX')", "2008-08-XX"),
        |_, args| Ok(uncertain("edtf", &args[0])?.into()),
    ),
    Function::new(
        "edtf.year(value :: EDTF | DATE | STRING) :: INTEGER",
        "The year of an uncertain date; null where it is not known in all its digits.",
        ("RETURN edtf.year(edtf('2017-11'))", "2017"),
        |_, args| Ok(edtf_component(&uncertain("edtf.year", &args[0])?, "year")),
    ),
    Function::new(
        "edtf.month(value :: EDTF | DATE | STRING) :: INTEGER",
        "The month of an uncertain date, 1 to 12; null where it is not known.",
        ("RETURN edtf.month(edtf('XXXX-11-12'))", "11"),
        |_, args| Ok(edtf_component(&uncertain("edtf.month", &args[0])?, "month")),
    ),
    Function::new(
        "edtf.day(value :: EDTF | DATE | STRING) :: INTEGER",
        "The day of the month of an uncertain date; null where it is not known.",
        ("RETURN edtf.day(edtf('2017-11'))", "null"),
        |_, args| Ok(edtf_component(&uncertain("edtf.day", &args[0])?, "day")),
    ),
    Function::new(
        "edtf.season(value :: EDTF | DATE | STRING) :: INTEGER",
        "The season or other part of the year of an uncertain date, 21 to 41 as in ISO 8601-2; null where there is none.",
        ("RETURN edtf.season(edtf('2017-24'))", "24"),
        |_, args| Ok(edtf_component(&uncertain("edtf.season", &args[0])?, "season")),
    ),
    Function::new(
        "edtf.start(value :: EDTF | DATE | STRING) :: EDTF",
        "The beginning of an interval, or the date itself; null where it is not stated.",
        ("RETURN edtf.start(edtf('2008-08-26/..'))", "2008-08-26"),
        |_, args| Ok(edtf_component(&uncertain("edtf.start", &args[0])?, "start")),
    ),
    Function::new(
        "edtf.end(value :: EDTF | DATE | STRING) :: EDTF",
        "The end of an interval, or the date itself; null where it is open or not stated.",
        ("RETURN edtf.end(edtf('2008-08-26/..'))", "null"),
        |_, args| Ok(edtf_component(&uncertain("edtf.end", &args[0])?, "end")),
    ),
    Function::new(
        "edtf.first(value :: EDTF | DATE | STRING) :: DATE",
        "The first day that an uncertain date allows, qualifiers apart; null where there is none.",
        ("RETURN edtf.first(edtf('2017-24'))", "2017-12-01"),
        |_, args| Ok(edtf_component(&uncertain("edtf.first", &args[0])?, "first")),
    ),
    Function::new(
        "edtf.last(value :: EDTF | DATE | STRING) :: DATE",
        "The last day that an uncertain date allows, qualifiers apart; null where there is none.",
        ("RETURN edtf.last(edtf('2016-02'))", "2016-02-29"),
        |_, args| Ok(edtf_component(&uncertain("edtf.last", &args[0])?, "last")),
    ),
    Function::new(
        "edtf.period(first :: EDTF | DATE | STRING, last :: EDTF | DATE | STRING) :: EDTF",
        "The days from one to another, both included: what `FOR VALID_TIME BETWEEN … AND …` asks for.",
        ("RETURN edtf.period(date('2012-01-01'), edtf('2012-03'))", "2012-01-01/2012-03-31"),
        |_, args| period("edtf.period", args, false),
    ),
    Function::new(
        "edtf.until(from :: EDTF | DATE | STRING, to :: EDTF | DATE | STRING) :: EDTF",
        "The days from one to the one before another: what `FOR VALID_TIME FROM … TO …` asks for.",
        ("RETURN edtf.until(date('2012-01-01'), edtf('2013'))", "2012-01-01/2012-12-31"),
        |_, args| period("edtf.until", args, true),
    ),
    difference!(
        "duration.between",
        between,
        "The time from one value to another in months, then days, then seconds.",
        ("RETURN duration.between(date('2008-08-26'), date('2018-05-29'))", "P9Y9M3D"),
    ),
    difference!(
        "duration.inMonths",
        in_months,
        "The time from one value to another in whole months.",
        ("RETURN duration.inMonths(date('2008-08-26'), date('2018-05-29'))", "P9Y9M"),
    ),
    difference!(
        "duration.inDays",
        in_days,
        "The time from one value to another in whole days.",
        ("RETURN duration.inDays(date('2008-08-26'), date('2018-05-29'))", "P3563D"),
    ),
    difference!(
        "duration.inSeconds",
        in_seconds,
        "The time from one value to another in seconds and their fraction.",
        ("RETURN duration.inSeconds(localtime('12:00'), localtime('13:30'))", "PT1H30M"),
    ),
];

/// An uncertain date, from its text or from a day too.
fn uncertain(function: &str, value: &Value) -> Result<Edtf> {
    match value {
        Value::String(text) => Edtf::parse(text),
        Value::Date(date) => Edtf::parse(&date.to_string()),
        Value::Edtf(edtf) => Ok(Edtf::clone(edtf)),
        other => {
            let error = wrong_type(function, "an uncertain date, a String or a Date", other);
            Err(match other {
                Value::Integer(year @ 0..=9999) => {
                    error.hint(format!("Write it in quotation marks: '{year:04}'."))
                }
                _ => error,
            })
        }
    }
}

/// The days from the first day of one date to the last of another, or to the one before its first.
fn period(function: &str, args: &[Value], before: bool) -> Result<Value> {
    let (from, to) = (uncertain(function, &args[0])?, uncertain(function, &args[1])?);
    let last = if before {
        to.first_day().and_then(|day| day.checked_add_days(-1))
    } else {
        to.last_day()
    };
    let (Some(first), Some(last)) = (from.first_day(), last) else {
        return Err(Error::new(&eval::ARGUMENT_VALUE, "This period has no first or no last day.")
            .hint("DURING edtf('2012/..')"));
    };
    if first > last {
        let message = format!("This period ends before it begins: from {first} to {last}.");
        return Err(Error::new(&eval::ARGUMENT_VALUE, message));
    }
    Ok(Edtf::parse(&format!("{first}/{last}"))?.into())
}

/// The clock of the statement, read in UTC.
pub(crate) fn clock(context: &Context<'_>) -> Clock {
    let (seconds, nanos) = context.now;
    Clock::new(seconds, nanos, Zone::UTC)
}

fn today(clock: &Clock) -> Value {
    clock.date().into()
}

fn local_time(clock: &Clock) -> Value {
    clock.local_time().into()
}

fn time(clock: &Clock) -> Value {
    clock.time().into()
}

fn local_date_time(clock: &Clock) -> Value {
    clock.local_date_time().into()
}

fn date_time(clock: &Clock) -> Value {
    clock.date_time().clone().into()
}

/// The arguments of a `truncate`.
struct Cut {
    unit: Unit,
    value: Value,
    components: Map,
}

impl Cut {
    fn read(
        function: &str,
        context: &Context<'_>,
        args: &[Value],
        now: fn(&Clock) -> Value,
    ) -> Result<Cut> {
        let components = match args.get(2) {
            None => Map::new(),
            Some(Value::Map(components)) => Map::clone(components),
            Some(other) => return Err(wrong_type(function, "a Map of components", other)),
        };
        Ok(Cut {
            unit: Unit::parse(text(function, &args[0])?)?,
            value: args.get(1).cloned().unwrap_or_else(|| now(&clock(context))),
            components,
        })
    }
}
