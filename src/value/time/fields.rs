//! The entries of a map such as `{year: 1984, week: 10, timezone: '+01:00'}`, read once.
//!
//! A map may hold components (integers), a temporal value to take a date, a time or both from
//! (`date`, `time`, `datetime`), and a `timezone`. [`Fields`] sorts them into slots, so that
//! building a value never searches the map, and refuses what the wanted type does not have.

use super::{Date, LocalDateTime, LocalTime, Zone};
use crate::error::{Error, Result, eval};
use crate::text::suggest::nearest;
use crate::value::{Map, Value};

/// A component of a date or of a time that a map may state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Field {
    Year,
    Quarter,
    Month,
    Week,
    OrdinalDay,
    DayOfQuarter,
    Day,
    DayOfWeek,
    Hour,
    Minute,
    Second,
    Millisecond,
    Microsecond,
    Nanosecond,
    EpochSeconds,
    EpochMillis,
}

use Field::{
    Day, DayOfQuarter, DayOfWeek, EpochMillis, EpochSeconds, Hour, Microsecond, Millisecond,
    Minute, Month, Nanosecond, OrdinalDay, Quarter, Second, Week, Year,
};

/// Every field with its name in the language, in the order of the enumeration.
const NAMES: [(Field, &str); 16] = [
    (Year, "year"),
    (Quarter, "quarter"),
    (Month, "month"),
    (Week, "week"),
    (OrdinalDay, "ordinalDay"),
    (DayOfQuarter, "dayOfQuarter"),
    (Day, "day"),
    (DayOfWeek, "dayOfWeek"),
    (Hour, "hour"),
    (Minute, "minute"),
    (Second, "second"),
    (Millisecond, "millisecond"),
    (Microsecond, "microsecond"),
    (Nanosecond, "nanosecond"),
    (EpochSeconds, "epochSeconds"),
    (EpochMillis, "epochMillis"),
];

/// Months, as errors and answers name them.
pub(super) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The four ways to say which day of a year is meant, largest component first.
const DATE_FORMS: [&[Field]; 4] =
    [&[Month, Day], &[Week, DayOfWeek], &[Quarter, DayOfQuarter], &[OrdinalDay]];

impl Field {
    pub(super) const fn name(self) -> &'static str {
        NAMES[self as usize].1
    }

    const fn is_of_date(self) -> bool {
        (self as u8) < Hour as u8
    }

    const fn is_of_time(self) -> bool {
        (self as u8) >= Hour as u8 && (self as u8) < EpochSeconds as u8
    }
}

/// What the value to be built consists of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    pub(super) what: &'static str,
    pub(super) has_date: bool,
    pub(super) has_time: bool,
    pub(super) has_zone: bool,
}

/// What a map states.
pub(super) struct Fields {
    shape: Shape,
    slots: [Option<i64>; NAMES.len()],
    /// The values of `date`, `time` and `datetime`.
    pub(super) sources: Sources,
    pub(super) zone: Option<Zone>,
}

/// Temporal values that a map takes components from.
#[derive(Default)]
pub(super) struct Sources {
    pub(super) date: Option<Date>,
    pub(super) time: Option<LocalTime>,
    /// The zone of the value that the time is taken from, and the offset it has there.
    pub(super) zone: Option<(Zone, i32)>,
}

impl Fields {
    /// Reads a map for a value of the given shape.
    ///
    /// An error for a name that the shape does not have and for a value of the wrong type.
    pub(super) fn read(map: &Map, shape: Shape) -> Result<Fields> {
        let mut fields =
            Fields { shape, slots: [None; NAMES.len()], sources: Sources::default(), zone: None };
        for (name, value) in map {
            fields.read_entry(name, value)?;
        }
        Ok(fields)
    }

    fn read_entry(&mut self, name: &str, value: &Value) -> Result<()> {
        if let Some(&(field, _)) = NAMES.iter().find(|(_, known)| known.eq_ignore_ascii_case(name))
        {
            return self.read_component(field, value);
        }
        match name.to_ascii_lowercase().as_str() {
            "weekday" if self.shape.has_date => self.read_component(DayOfWeek, value),
            "date" if self.shape.has_date => self.read_date(value),
            "time" if self.shape.has_time => self.read_time(value),
            "datetime" if self.shape.has_date && self.shape.has_time => {
                self.read_date(value)?;
                self.read_time(value)
            }
            "timezone" if self.shape.has_zone => {
                let text =
                    value.as_str().ok_or_else(|| self.wrong_type(name, "a string", value))?;
                self.zone = Some(Zone::parse(text)?);
                Ok(())
            }
            _ => Err(self.unknown(name)),
        }
    }

    fn read_component(&mut self, field: Field, value: &Value) -> Result<()> {
        let allowed = (field.is_of_date() && self.shape.has_date)
            || (field.is_of_time() && self.shape.has_time)
            || (self.shape.has_date && self.shape.has_time && self.shape.has_zone);
        if !allowed {
            return Err(self.unknown(field.name()));
        }
        let number =
            value.as_int().ok_or_else(|| self.wrong_type(field.name(), "an integer", value))?;
        self.slots[field as usize] = Some(number);
        Ok(())
    }

    fn read_date(&mut self, value: &Value) -> Result<()> {
        let (date, _, _) = parts(value);
        if date.is_none() || self.sources.date.is_some() {
            return Err(self.wrong_source("date", value, date.is_some()));
        }
        self.sources.date = date;
        Ok(())
    }

    fn read_time(&mut self, value: &Value) -> Result<()> {
        let (_, time, zone) = parts(value);
        if time.is_none() || self.sources.time.is_some() {
            return Err(self.wrong_source("time", value, time.is_some()));
        }
        self.sources.time = time;
        self.sources.zone = zone;
        Ok(())
    }

    /// The number in a slot.
    pub(super) const fn get(&self, field: Field) -> Option<i64> {
        self.slots[field as usize]
    }

    /// The number in a slot, if it is within the range.
    pub(super) fn get_in(&self, field: Field, low: i64, high: i64) -> Result<Option<i64>> {
        match self.get(field) {
            Some(number) if !(low..=high).contains(&number) => {
                let message =
                    format!("{} must be {low} to {high}, and {number} is not", field.name());
                Err(Error::new(&eval::ARGUMENT_VALUE, message))
            }
            number => Ok(number),
        }
    }

    /// States a component that the map leaves out.
    pub(super) fn set_default(&mut self, field: Field, number: i64) {
        self.slots[field as usize].get_or_insert(number);
    }

    /// The components that are stated, of those that the predicate admits.
    fn stated(&self, of: fn(Field) -> bool) -> impl Iterator<Item = Field> {
        NAMES
            .iter()
            .map(|&(field, _)| field)
            .filter(move |&field| of(field) && self.get(field).is_some())
    }

    /// Whether the map states anything of the time of day.
    pub(super) fn states_time(&self) -> bool {
        self.sources.time.is_some() || self.stated(Field::is_of_time).next().is_some()
    }

    /// Whether the map states no component and no source: a time zone at most.
    pub(super) fn states_nothing(&self) -> bool {
        self.stated(|_| true).next().is_none()
            && self.sources.date.is_none()
            && self.sources.time.is_none()
    }

    /// An error unless the map, which states a time of day, states a day as well.
    pub(super) fn needs_whole_day(&self) -> Result<()> {
        let form = self.date_form()?;
        match form.iter().find(|&&field| self.get(field).is_none()) {
            Some(&missing) => {
                Err(without(self.stated(Field::is_of_time).next().unwrap_or(Hour), missing))
            }
            None => Ok(()),
        }
    }

    /// The day, of what the map states and, for the rest, of `base`.
    ///
    /// What is stated must exist as stated; what is taken from `base` is cut back where the
    /// month, quarter or year is shorter. An error for a component that is out of range, stated
    /// beside one of another form, or without the next larger one.
    pub(super) fn date(&self, base: Option<Date>) -> Result<Date> {
        let form = self.date_form()?;
        let day = match form[0] {
            Week => self.week_date(base)?,
            Quarter => self.quarter_date(base)?,
            OrdinalDay => self.ordinal_date(base)?,
            _ => self.calendar_date(base)?,
        };
        day.ok_or_else(|| {
            let stated: Vec<String> = self
                .stated(Field::is_of_date)
                .map(|field| format!("{} {}", field.name(), self.get(field).unwrap_or_default()))
                .collect();
            let of_base = match (base, form[0]) {
                (Some(base), Month) if self.get(Month).is_none() => {
                    let year = self.get(Year).unwrap_or_else(|| base.year());
                    format!(" in {} {year}", MONTHS[usize::from(base.month()) - 1])
                }
                (Some(base), _) => format!(" (the rest is taken from {base})"),
                (None, _) => String::new(),
            };
            let message = format!("there is no day with {}{of_base}", stated.join(", "));
            Error::new(&eval::ARGUMENT_VALUE, message)
        })
    }

    /// The form of the date that the map uses; calendar dates if it states a year at most.
    fn date_form(&self) -> Result<&'static [Field]> {
        let mut used = DATE_FORMS
            .into_iter()
            .filter(|form| form.iter().any(|&field| self.get(field).is_some()));
        let form = used.next().unwrap_or(DATE_FORMS[0]);
        let Some(other) = used.next() else {
            return Ok(form);
        };
        let name = |form: &[Field]| {
            let stated = form.iter().find(|&&field| self.get(field).is_some());
            stated.map_or("", |field| field.name())
        };
        let message = format!("{} and {} cannot be stated together", name(form), name(other));
        Err(Error::new(&eval::ARGUMENT_VALUE, message)
            .hint("state year, month, day; year, week, dayOfWeek; year, quarter, dayOfQuarter; or year, ordinalDay"))
    }

    fn year(&self, base: Option<i64>) -> Result<i64> {
        self.get_in(Year, -999_999_999, 999_999_999)?.or(base).ok_or_else(|| {
            let message = format!("{} needs a year", self.shape.what);
            Error::new(&eval::ARGUMENT_VALUE, message).hint("add year: 2008")
        })
    }

    /// The larger component, which may be left out only where the smaller is, or where a base
    /// provides it.
    fn larger(&self, field: Field, high: i64, smaller: Field, base: Option<i64>) -> Result<i64> {
        match self.get_in(field, 1, high)?.or(base) {
            Some(number) => Ok(number),
            None if self.get(smaller).is_none() => Ok(1),
            None => Err(without(smaller, field)),
        }
    }

    fn calendar_date(&self, base: Option<Date>) -> Result<Option<Date>> {
        let base = base.map(Date::ymd);
        let year = self.year(base.map(|(year, _, _)| year))?;
        let month = self.larger(Month, 12, Day, base.map(|(_, month, _)| month.into()))? as u8;
        let longest = super::civil::days_in_month(year, month);
        let day = match (self.get_in(Day, 1, 31)?, base) {
            (Some(day), _) => day as u8,
            (None, Some((_, _, day))) => day.min(longest),
            (None, None) => 1,
        };
        Ok(Date::from_ymd(year, month, day))
    }

    fn week_date(&self, base: Option<Date>) -> Result<Option<Date>> {
        let year = self.year(base.map(Date::week_year))?;
        let week = self.larger(Week, 53, DayOfWeek, base.map(|base| base.week().into()))? as u8;
        let longest = super::civil::weeks_in_year(year);
        let week = if self.get(Week).is_none() { week.min(longest) } else { week };
        let day = self.get_in(DayOfWeek, 1, 7)?.map(|day| day as u8);
        let day = day.or(base.map(Date::day_of_week)).unwrap_or(1);
        Ok(Date::from_week(year, week, day))
    }

    fn quarter_date(&self, base: Option<Date>) -> Result<Option<Date>> {
        let year = self.year(base.map(Date::year))?;
        let quarter = base.map(|base| base.quarter().into());
        let quarter = self.larger(Quarter, 4, DayOfQuarter, quarter)? as u8;
        let longest = super::civil::days_in_quarter(year, quarter);
        let day = match (self.get_in(DayOfQuarter, 1, 92)?, base) {
            (Some(day), _) => day as u8,
            (None, Some(base)) => base.day_of_quarter().min(longest),
            (None, None) => 1,
        };
        Ok(Date::from_quarter(year, quarter, day))
    }

    fn ordinal_date(&self, base: Option<Date>) -> Result<Option<Date>> {
        let year = self.year(base.map(Date::year))?;
        let day = self.get_in(OrdinalDay, 1, 366)?.unwrap_or(1);
        Ok(Date::from_ordinal(year, day as u16))
    }

    /// The time of day, of what the map states and, for the rest, of `base`; midnight if neither
    /// says anything.
    ///
    /// A stated part of the second replaces the whole fraction of `base`.
    pub(super) fn time(&self, base: Option<LocalTime>) -> Result<LocalTime> {
        let mut larger = None;
        for field in [Hour, Minute, Second] {
            match (self.get(field), larger) {
                (Some(_), Some(missing)) if base.is_none() => return Err(without(field, missing)),
                (None, None) => larger = Some(field),
                _ => {}
            }
        }
        let fraction = self.fraction()?;
        if let (Some(_), Some(missing), None) = (fraction, larger, base) {
            let stated = [Millisecond, Microsecond, Nanosecond];
            let stated = stated.into_iter().find(|&field| self.get(field).is_some());
            return Err(without(stated.unwrap_or(Nanosecond), missing));
        }
        let base = base.unwrap_or(LocalTime::MIDNIGHT);
        let hour = self.get_in(Hour, 0, 23)?.map_or(base.hour(), |hour| hour as u8);
        let minute = self.get_in(Minute, 0, 59)?.map_or(base.minute(), |minute| minute as u8);
        let second = self.get_in(Second, 0, 59)?.map_or(base.second(), |second| second as u8);
        let fraction = fraction.unwrap_or(base.nanosecond());
        Ok(LocalTime::from_hms(hour, minute, second, fraction)
            .expect("every component was held to its range"))
    }

    /// The fraction of the second in nanoseconds, if any part of it is stated.
    pub(super) fn fraction(&self) -> Result<Option<u32>> {
        let has_millis = self.get(Millisecond).is_some();
        let has_micros = self.get(Microsecond).is_some();
        let millis = self.get_in(Millisecond, 0, 999)?;
        let micros = self.get_in(Microsecond, 0, if has_millis { 999 } else { 999_999 })?;
        let nanos_max = match (has_millis, has_micros) {
            (_, true) => 999,
            (true, false) => 999_999,
            (false, false) => 999_999_999,
        };
        let nanos = self.get_in(Nanosecond, 0, nanos_max)?;
        if millis.or(micros).or(nanos).is_none() {
            return Ok(None);
        }
        let or_zero = Option::unwrap_or_default;
        Ok(Some((or_zero(millis) * 1_000_000 + or_zero(micros) * 1_000 + or_zero(nanos)) as u32))
    }

    fn wrong_type(&self, name: &str, wanted: &str, value: &Value) -> Error {
        let message = format!(
            "{name} of {} must be {wanted}, and {} was given",
            self.shape.what,
            value.with_article()
        );
        Error::new(&eval::ARGUMENT_TYPE, message)
    }

    fn wrong_source(&self, part: &str, value: &Value, twice: bool) -> Error {
        if twice {
            let message = format!("the {part} of {} is stated twice", self.shape.what);
            return Error::new(&eval::ARGUMENT_VALUE, message);
        }
        let message =
            format!("{} needs a {part}, and {} has none", self.shape.what, value.with_article());
        Error::new(&eval::ARGUMENT_TYPE, message)
    }

    fn unknown(&self, name: &str) -> Error {
        let message = format!("{} has no component '{name}'", self.shape.what);
        let known = NAMES.iter().filter(|(field, _)| {
            (field.is_of_date() && self.shape.has_date)
                || (field.is_of_time() && self.shape.has_time)
        });
        let near = nearest(name, known.map(|&(_, known)| known));
        Error::new(&eval::ARGUMENT_VALUE, message)
            .hint_opt(near.map(|near| format!("did you mean '{near}'?")))
    }
}

/// The date, the local time and the zone (with the offset in it) that a value has.
pub(super) fn parts(value: &Value) -> (Option<Date>, Option<LocalTime>, Option<(Zone, i32)>) {
    let both = |local: LocalDateTime| (Some(local.date()), Some(local.time()));
    match value {
        Value::Date(date) => (Some(*date), None, None),
        Value::LocalTime(time) => (None, Some(*time), None),
        Value::Time(time) => {
            let offset_s = time.offset_seconds();
            (None, Some(time.local()), Some((Zone::Offset(offset_s), offset_s)))
        }
        Value::LocalDateTime(local) => {
            let (date, time) = both(*local);
            (date, time, None)
        }
        Value::DateTime(instant) => {
            let (date, time) = both(instant.local());
            (date, time, Some((instant.zone(), instant.offset_seconds())))
        }
        _ => (None, None, None),
    }
}

fn without(smaller: Field, larger: Field) -> Error {
    let message = format!("{} cannot be stated without {}", smaller.name(), larger.name());
    Error::new(&eval::ARGUMENT_VALUE, message).hint(format!("add {}: 1", larger.name()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_at_their_slots() {
        for (slot, (field, _)) in NAMES.iter().enumerate() {
            assert_eq!(*field as usize, slot);
        }
    }
}
