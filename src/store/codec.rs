//! Values and records as bytes, for commit records and for what has no fixed width.
//!
//! Numbers are little-endian; a text is its length in four bytes and its UTF-8. Every value begins
//! with a byte that says what it is. Reading trusts nothing: a length is held against what is left
//! before anything is allocated, nesting is bounded, and what does not fit is [`Malformed`], which
//! the caller words with file and place. `docs/file-format.md` has the table of tags.

use std::sync::Arc;

use crate::value::time::{Date, DateTime, Duration, Edtf, LocalDateTime, LocalTime, Time};
use crate::value::{Map, Point, Value};

/// Values nest at most this deep; one that nests deeper is refused when it is written.
const DEPTH_MAX: usize = 512;

/// The bytes are not what they should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

type Read<T> = std::result::Result<T, Malformed>;

/// Appends to bytes.
#[derive(Debug, Default)]
pub struct Writer {
    /// What has been written.
    pub bytes: Vec<u8>,
    /// How deep in lists and maps the value being written stands.
    depth: usize,
    /// Whether a value nested deeper than it could be read back.
    pub is_too_deep: bool,
}

/// Reads bytes from the front.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl Writer {
    /// A byte.
    pub fn byte(&mut self, value: u8) {
        self.bytes.push(value);
    }

    /// A 32-bit number.
    pub fn u32(&mut self, value: u32) {
        self.bytes.extend_from_slice(&value.to_le_bytes());
    }

    /// A 64-bit number.
    pub fn u64(&mut self, value: u64) {
        self.bytes.extend_from_slice(&value.to_le_bytes());
    }

    /// A signed 64-bit number.
    pub fn i64(&mut self, value: i64) {
        self.bytes.extend_from_slice(&value.to_le_bytes());
    }

    /// A text.
    pub fn text(&mut self, text: &str) {
        self.u32(text.len() as u32);
        self.bytes.extend_from_slice(text.as_bytes());
    }

    /// A yes or no.
    pub fn bool(&mut self, value: bool) {
        self.byte(value.into());
    }

    /// Something, if there is something.
    pub fn option<T>(&mut self, value: Option<T>, write: impl FnOnce(&mut Self, T)) {
        self.bool(value.is_some());
        if let Some(value) = value {
            write(self, value);
        }
    }

    /// A number of things.
    pub fn list<T>(&mut self, items: &[T], mut write: impl FnMut(&mut Self, &T)) {
        self.u32(items.len() as u32);
        for item in items {
            write(self, item);
        }
    }

    /// A map of values.
    pub fn map(&mut self, map: &Map) {
        self.u32(map.len() as u32);
        for (key, value) in map {
            self.text(key);
            self.value(value);
        }
    }

    /// A value. Graph elements are no property values; they become null.
    pub fn value(&mut self, value: &Value) {
        if self.depth > DEPTH_MAX {
            self.is_too_deep = true;
            return self.byte(0);
        }
        self.depth += 1;
        self.any_value(value);
        self.depth -= 1;
    }

    fn any_value(&mut self, value: &Value) {
        match value {
            Value::Null | Value::Node(_) | Value::Relationship(_) | Value::Path(_) => self.byte(0),
            Value::Boolean(value) => self.byte(if *value { 2 } else { 1 }),
            Value::Integer(value) => {
                self.byte(3);
                self.i64(*value);
            }
            Value::Float(value) => {
                self.byte(4);
                self.u64(value.to_bits());
            }
            Value::String(text) => {
                self.byte(5);
                self.text(text);
            }
            Value::List(values) => {
                self.byte(6);
                self.list(values, Writer::value);
            }
            Value::Map(map) => {
                self.byte(7);
                self.map(map);
            }
            Value::Date(date) => {
                self.byte(8);
                self.i64(date.days());
            }
            Value::LocalTime(time) => {
                self.byte(9);
                self.u64(time.nanos());
            }
            Value::Time(time) => {
                self.byte(10);
                self.u64(time.local().nanos());
                self.u32(time.offset_seconds() as u32);
            }
            Value::LocalDateTime(value) => {
                self.byte(11);
                self.local_date_time(*value);
            }
            Value::DateTime(value) => {
                self.byte(12);
                self.local_date_time(value.local());
                self.u32(value.offset_seconds() as u32);
                self.text(value.zone_name().unwrap_or(""));
            }
            Value::Duration(value) => {
                self.byte(13);
                self.i64(value.months());
                self.i64(value.days());
                self.i64(value.seconds());
                self.u32(value.nanoseconds_of_second() as u32);
            }
            Value::Edtf(value) => {
                self.byte(14);
                self.text(value.as_str());
            }
            Value::Point(point) => {
                self.byte(15);
                self.u32(point.srid);
                self.list(&point.coordinates, |out, value| out.u64(value.to_bits()));
            }
        }
    }

    fn local_date_time(&mut self, value: LocalDateTime) {
        self.i64(value.date().days());
        self.u64(value.time().nanos());
    }
}

impl<'a> Reader<'a> {
    /// Reads these bytes.
    pub fn new(bytes: &'a [u8]) -> Self {
        Reader { rest: bytes }
    }

    /// Whether all bytes have been read.
    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// So many bytes.
    pub fn bytes(&mut self, count: usize) -> Read<&'a [u8]> {
        let (bytes, rest) = self.rest.split_at_checked(count).ok_or(Malformed)?;
        self.rest = rest;
        Ok(bytes)
    }

    fn array<const N: usize>(&mut self) -> Read<[u8; N]> {
        self.bytes(N)?.try_into().map_err(|_| Malformed)
    }

    /// A byte.
    pub fn byte(&mut self) -> Read<u8> {
        Ok(self.array::<1>()?[0])
    }

    /// A 32-bit number.
    pub fn u32(&mut self) -> Read<u32> {
        self.array().map(u32::from_le_bytes)
    }

    /// A 64-bit number.
    pub fn u64(&mut self) -> Read<u64> {
        self.array().map(u64::from_le_bytes)
    }

    /// A signed 64-bit number.
    pub fn i64(&mut self) -> Read<i64> {
        self.array().map(i64::from_le_bytes)
    }

    /// A text.
    pub fn text(&mut self) -> Read<&'a str> {
        let length = self.u32()? as usize;
        std::str::from_utf8(self.bytes(length)?).map_err(|_| Malformed)
    }

    /// A yes or no.
    pub fn bool(&mut self) -> Read<bool> {
        match self.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(Malformed),
        }
    }

    /// Something, if there is something.
    pub fn option<T>(&mut self, read: impl FnOnce(&mut Self) -> Read<T>) -> Read<Option<T>> {
        self.bool()?.then(|| read(self)).transpose()
    }

    /// A number of things, each at least `size_min` bytes long.
    pub fn list<T>(
        &mut self,
        size_min: usize,
        mut read: impl FnMut(&mut Self) -> Read<T>,
    ) -> Read<Vec<T>> {
        let count = self.u32()? as usize;
        if count > self.rest.len() / size_min {
            return Err(Malformed);
        }
        (0..count).map(|_| read(self)).collect()
    }

    /// A map of values.
    pub fn map(&mut self) -> Read<Map> {
        self.map_at(0)
    }

    fn map_at(&mut self, depth: usize) -> Read<Map> {
        let entry = |reader: &mut Self| Ok((Arc::from(reader.text()?), reader.value_at(depth)?));
        Ok(self.list(5, entry)?.into_iter().collect())
    }

    /// A value.
    pub fn value(&mut self) -> Read<Value> {
        self.value_at(0)
    }

    fn value_at(&mut self, depth: usize) -> Read<Value> {
        if depth > DEPTH_MAX {
            return Err(Malformed);
        }
        Ok(match self.byte()? {
            0 => Value::Null,
            1 => Value::Boolean(false),
            2 => Value::Boolean(true),
            3 => Value::Integer(self.i64()?),
            4 => Value::Float(f64::from_bits(self.u64()?)),
            5 => self.text()?.into(),
            6 => self.list(1, |reader| reader.value_at(depth + 1))?.into(),
            7 => self.map_at(depth + 1)?.into(),
            8 => self.date()?.into(),
            9 => self.local_time()?.into(),
            10 => {
                let local = self.local_time()?;
                Time::new(local, self.u32()? as i32).ok_or(Malformed)?.into()
            }
            11 => self.local_date_time()?.into(),
            12 => self.date_time()?.into(),
            13 => {
                let (months, days, seconds) = (self.i64()?, self.i64()?, self.i64()?);
                let nanos = i64::from(self.u32()? as i32);
                Duration::new(months, days, seconds, nanos).ok_or(Malformed)?.into()
            }
            14 => self.edtf()?.into(),
            15 => {
                let srid = self.u32()?;
                let coordinates = self.list(8, |reader| reader.u64().map(f64::from_bits))?;
                Value::Point(Arc::new(Point { srid, coordinates }))
            }
            _ => return Err(Malformed),
        })
    }

    /// A day.
    pub fn date(&mut self) -> Read<Date> {
        Date::checked_from_days(self.i64()?).ok_or(Malformed)
    }

    /// An uncertain date.
    pub fn edtf(&mut self) -> Read<Edtf> {
        Edtf::parse(self.text()?).map_err(|_| Malformed)
    }

    fn local_time(&mut self) -> Read<LocalTime> {
        LocalTime::from_nanos(self.u64()?).ok_or(Malformed)
    }

    fn local_date_time(&mut self) -> Read<LocalDateTime> {
        Ok(LocalDateTime::new(self.date()?, self.local_time()?))
    }

    fn date_time(&mut self) -> Read<DateTime> {
        let local = self.local_date_time()?;
        let offset_s = self.u32()? as i32;
        let zone = Some(self.text()?).filter(|zone| !zone.is_empty());
        // A zone that the rules of today no longer know keeps its offset.
        DateTime::from_parts(local, offset_s, zone)
            .ok()
            .or_else(|| DateTime::at_offset(local, offset_s))
            .ok_or(Malformed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round(value: &Value) -> Value {
        let mut out = Writer::default();
        out.value(value);
        let mut reader = Reader::new(&out.bytes);
        let read = reader.value().unwrap();
        assert!(reader.is_empty(), "{value:?}");
        for end in 0..out.bytes.len() {
            assert_eq!(Reader::new(&out.bytes[..end]).value(), Err(Malformed), "{value:?} {end}");
        }
        read
    }

    #[test]
    fn every_kind_of_value_comes_back() {
        let local = LocalDateTime::new(Date::from_days(-1), LocalTime::from_nanos(5).unwrap());
        let zone = Some("Europe/Stockholm");
        for value in [
            Value::Null,
            true.into(),
            false.into(),
            i64::MIN.into(),
            (-0.0).into(),
            "Цхинвал".into(),
            "".into(),
            Value::list([1.into(), Value::list([]), Value::Null]),
            Value::map([("a", Value::map([("b", 1.into())])), ("", 2.into())]),
            Date::from_days(i64::from(i32::MAX) + 9).into(),
            LocalTime::from_nanos(1).unwrap().into(),
            Time::new(LocalTime::from_nanos(1).unwrap(), -3600).unwrap().into(),
            local.into(),
            DateTime::at_offset(local, -7200).unwrap().into(),
            DateTime::from_parts(local, 3600, zone).unwrap().into(),
            Duration::new(-1, 2, -3, 4).unwrap().into(),
            Edtf::parse("XXXX-11-12~").unwrap().into(),
            Value::Point(Arc::new(Point { srid: 4326, coordinates: vec![1.5, -2.0] })),
        ] {
            assert_eq!(format!("{:?}", round(&value)), format!("{value:?}"));
        }
        let nan = round(&f64::NAN.into());
        assert!(nan.as_float().is_some_and(f64::is_nan));
    }

    #[test]
    fn lengths_and_depths_that_cannot_be_are_refused() {
        assert_eq!(Reader::new(&[6, 255, 255, 255, 255]).value(), Err(Malformed));
        assert_eq!(Reader::new(&[5, 255, 255, 255, 255, 0]).value(), Err(Malformed));
        assert_eq!(Reader::new(&[99]).value(), Err(Malformed));
        let nested = [6, 1, 0, 0, 0].repeat(10_000);
        assert_eq!(Reader::new(&nested).value(), Err(Malformed));
        assert_eq!(Reader::new(&[2]).bool(), Err(Malformed));
    }
}
