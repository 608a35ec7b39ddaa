//! The truth tests against an evaluator that lists every world, over a few years.
//!
//! A value is generated as a structure, printed to EDTF for the code under test, and enumerated
//! day by day here, by the rules of the manual and the calendar of [`Date`] alone.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::value::time::Truth;

/// The years in which everything here lies, with room for slack and for the turn of the year.
///
/// It begins more than four years before the first limit (1995), so that even a day that only leap
/// years have lies before it in some year.
const WINDOW: std::ops::RangeInclusive<i64> = 1990..=2014;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Number {
    Fixed(u8),
    /// Both digits unknown.
    Unknown,
    /// The second digit unknown.
    Tens(u8),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum WrittenYear {
    Fixed(i64),
    /// `200X`.
    Decade,
    /// `XXXX`.
    Unknown,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct WrittenDate {
    year: WrittenYear,
    month: Option<Number>,
    day: Option<Number>,
    /// The component after which a `~` stands.
    about: Option<usize>,
}

#[derive(Clone, Debug)]
enum Written {
    Date(WrittenDate),
    Interval(WrittenDate, WrittenDate),
    Open(WrittenDate),
    UnknownEnd(WrittenDate),
    UnknownStart(WrittenDate),
    OneOf(Vec<WrittenDate>),
    AllOf(Vec<WrittenDate>),
}

/// A stretch of days; an end that is not known is `None`.
type World = (i64, Option<i64>);

impl Number {
    fn text(self) -> String {
        match self {
            Number::Fixed(number) => format!("{number:02}"),
            Number::Unknown => "XX".into(),
            Number::Tens(tens) => format!("{tens}X"),
        }
    }

    fn fits(self, number: u8) -> bool {
        match self {
            Number::Fixed(own) => own == number,
            Number::Unknown => true,
            Number::Tens(tens) => tens == number / 10,
        }
    }

    fn is_unknown(self) -> bool {
        !matches!(self, Number::Fixed(_))
    }
}

impl WrittenYear {
    fn fits(self, year: i64) -> bool {
        match self {
            WrittenYear::Fixed(own) => own == year,
            WrittenYear::Decade => (2000..=2009).contains(&year),
            WrittenYear::Unknown => true,
        }
    }
}

impl WrittenDate {
    fn text(&self) -> String {
        let year = match self.year {
            WrittenYear::Fixed(year) => year.to_string(),
            WrittenYear::Decade => "200X".into(),
            WrittenYear::Unknown => "XXXX".into(),
        };
        let parts = [Some(year), self.month.map(Number::text), self.day.map(Number::text)];
        let mut text = String::new();
        for (index, part) in parts.into_iter().flatten().enumerate() {
            let about = if self.about == Some(index) { "~" } else { "" };
            let hyphen = if index > 0 { "-" } else { "" };
            text += &format!("{hyphen}{part}{about}");
        }
        text
    }

    /// The years, months (from January of the year) and days of each way to fix what is unknown:
    /// the whole as a stretch of days.
    fn units(&self, slack: bool) -> Vec<(i64, i64)> {
        let about = if slack { self.about } else { None };
        let (years, months, days) = (
            if about == Some(0) { -1..=1 } else { 0..=0 },
            if about == Some(1) { -1..=1 } else { 0..=0 },
            if about == Some(2) { -7..=7 } else { 0..=0 },
        );
        let mut units = Vec::new();
        for year in WINDOW.filter(|&year| self.year.fits(year)) {
            for year in years.clone().map(|off| year + off) {
                match self.month {
                    None => units.push((first_of(year, 0), first_of(year, 12) - 1)),
                    Some(Number::Fixed(season @ 21..)) => {
                        let first = i64::from(season - 21) * 3 + 2 + months.start();
                        let last = i64::from(season - 21) * 3 + 4 + months.end();
                        units.push((first_of(year, first), first_of(year, last + 1) - 1));
                    }
                    Some(number) => {
                        for month in (1..=12).filter(|&month| number.fits(month)) {
                            for month in months.clone().map(|off| i64::from(month) - 1 + off) {
                                self.units_of_month(
                                    first_of(year, month),
                                    first_of(year, month + 1),
                                    &days,
                                    &mut units,
                                );
                            }
                        }
                    }
                }
            }
        }
        units
    }

    fn units_of_month(
        &self,
        first: i64,
        next: i64,
        slack: &std::ops::RangeInclusive<i64>,
        units: &mut Vec<(i64, i64)>,
    ) {
        let Some(number) = self.day else {
            units.push((first, next - 1));
            return;
        };
        for day in (1..=31).filter(|&day| number.fits(day) && first + i64::from(day) <= next) {
            units.extend(
                slack.clone().map(|off| first + i64::from(day) - 1 + off).map(|day| (day, day)),
            );
        }
    }

    fn days(&self, slack: bool) -> BTreeSet<i64> {
        self.units(slack).into_iter().flat_map(|(first, last)| first..=last).collect()
    }
}

/// The first day of a month, counted from 0 for January of the year and on beyond it.
fn first_of(year: i64, month: i64) -> i64 {
    let (year, month) = (year + month.div_euclid(12), month.rem_euclid(12) as u8 + 1);
    Date::from_ymd(year, month, 1).expect("a month").days()
}

impl Written {
    fn text(&self) -> String {
        let list = |dates: &[WrittenDate]| {
            dates.iter().map(WrittenDate::text).collect::<Vec<_>>().join(",")
        };
        match self {
            Written::Date(date) => date.text(),
            Written::Interval(start, end) => format!("{}/{}", start.text(), end.text()),
            Written::Open(start) => format!("{}/..", start.text()),
            Written::UnknownEnd(start) => format!("{}/", start.text()),
            Written::UnknownStart(end) => format!("/{}", end.text()),
            Written::OneOf(dates) => format!("[{}]", list(dates)),
            Written::AllOf(dates) => format!("{{{}}}", list(dates)),
        }
    }

    /// The worlds of each member.
    fn worlds(&self, state: bool, slack: bool) -> Vec<Vec<World>> {
        let of_date = |date: &WrittenDate| -> Vec<World> {
            if state {
                date.units(slack).into_iter().map(|(first, last)| (first, Some(last))).collect()
            } else {
                date.days(slack).into_iter().map(|day| (day, Some(day))).collect()
            }
        };
        let horizon = first_of(*WINDOW.end() + 3, 0);
        let spans: Vec<World> = match self {
            Written::Date(date) => return vec![of_date(date)],
            Written::OneOf(dates) => return vec![dates.iter().flat_map(of_date).collect()],
            Written::AllOf(dates) => return dates.iter().map(of_date).collect(),
            Written::Interval(start, end) => interval(start, end, slack),
            Written::Open(start) | Written::UnknownEnd(start) => {
                start.days(slack).into_iter().map(|day| (day, None)).collect()
            }
            Written::UnknownStart(end) => {
                let starts = (first_of(*WINDOW.start() - 3, 0)..horizon).collect();
                stretches(&starts, &end.days(slack))
            }
        };
        if state {
            return vec![spans];
        }
        let mut spans = spans;
        spans.sort_unstable();
        let mut days = Vec::new();
        let mut next = i64::MIN;
        for (start, end) in spans {
            let end = end.unwrap_or(horizon);
            days.extend((start.max(next)..=end).map(|day| (day, Some(day))));
            next = next.max(end + 1);
        }
        vec![days]
    }
}

/// Every stretch from a start to an end that agree in the digits that both leave out alike.
fn interval(start: &WrittenDate, end: &WrittenDate, slack: bool) -> Vec<World> {
    let mut worlds = Vec::new();
    for (start, end) in agreeing(start, end) {
        let tied = start.year == end.year && !matches!(start.year, WrittenYear::Fixed(_));
        if !tied {
            worlds.extend(stretches(&start.days(slack), &end.days(slack)));
            continue;
        }
        let in_year = |date: &WrittenDate, year, slack| {
            WrittenDate { year: WrittenYear::Fixed(year), ..*date }.days(slack)
        };
        let in_order = |year| {
            let (starts, ends) = (in_year(&start, year, false), in_year(&end, year, false));
            starts.first().zip(ends.last()).is_some_and(|(first, last)| first <= last)
        };
        let turn = i64::from(!in_order(2000) && !in_order(2001));
        let wider = i64::from(slack && (start.about == Some(0) || end.about == Some(0)));
        let years: BTreeSet<i64> = WINDOW
            .filter(|&year| start.year.fits(year))
            .flat_map(|year| year - wider..=year + wider)
            .collect();
        let within = |date: &WrittenDate| WrittenDate {
            about: date.about.filter(|&component| component != 0),
            ..*date
        };
        for year in years {
            let starts = in_year(&within(&start), year, slack);
            worlds.extend(stretches(&starts, &in_year(&within(&end), year + turn, slack)));
        }
    }
    worlds
}

/// From each start to the nearest and to the farthest end that is not before it.
///
/// Whatever is asked is asked of a stretch's beginning or of whether it meets some days, and of
/// stretches with one beginning the shortest meets least and the longest most.
fn stretches(starts: &BTreeSet<i64>, ends: &BTreeSet<i64>) -> Vec<World> {
    let of_start = |&start: &i64| {
        let mut later = ends.range(start..);
        let (nearest, farthest) = (later.next(), ends.last());
        nearest.into_iter().chain(nearest.and(farthest)).map(move |&end| (start, Some(end)))
    };
    starts.iter().flat_map(of_start).collect()
}

fn agreeing(start: &WrittenDate, end: &WrittenDate) -> Vec<(WrittenDate, WrittenDate)> {
    let mut pairs = vec![(*start, *end)];
    if start.month == end.month && start.month.is_some_and(Number::is_unknown) {
        pairs = (1..=12)
            .filter(|&month| start.month.is_some_and(|number| number.fits(month)))
            .map(|month| Some(Number::Fixed(month)))
            .map(|month| (WrittenDate { month, ..*start }, WrittenDate { month, ..*end }))
            .collect();
    }
    if start.day == end.day && start.day.is_some_and(Number::is_unknown) {
        let days = (1..=31).filter(|&day| start.day.is_some_and(|number| number.fits(day)));
        let fixed = |date: WrittenDate, day| WrittenDate { day: Some(Number::Fixed(day)), ..date };
        pairs = days
            .flat_map(|day| {
                pairs.iter().map(move |&(start, end)| (fixed(start, day), fixed(end, day)))
            })
            .collect();
    }
    pairs
}

/// A statement under test and its worlds, plain and wide, with the constraint applied.
struct Case {
    valid: ValidTime,
    plain: Vec<Vec<World>>,
    wide: Vec<Vec<World>>,
    afterwards: Truth,
    ends_open: bool,
}

impl Case {
    fn new(written: &Written, kind: Temporality, limits: (Date, Date)) -> Option<Case> {
        let edtf = Edtf::parse(&written.text()).ok()?;
        let state = kind != Temporality::Event;
        let worlds = |slack| -> Vec<Vec<World>> {
            let within = |world: &World| (limits.0.days()..=limits.1.days()).contains(&world.0);
            let members = written.worlds(state, slack).into_iter();
            members.map(|member| member.into_iter().filter(within).collect()).collect()
        };
        let persistent = kind == Temporality::State { persistent: true };
        Some(Case {
            valid: ValidTime::new(Some(&edtf), Some(kind), Some(limits.0), Some(limits.1)),
            plain: worlds(false),
            wide: worlds(true),
            afterwards: if persistent { Truth::Presumed } else { Truth::Possible },
            ends_open: matches!(written, Written::Open(_)),
        })
    }

    fn during_one(&self, world: World, days: &BTreeSet<i64>) -> Truth {
        match world {
            (start, Some(end)) => {
                truth_if(start <= end && days.range(start..=end).next().is_some())
            }
            (start, None) if days.contains(&start) => Truth::Certain,
            (start, None) if days.range(start..).next().is_none() => Truth::No,
            _ if self.ends_open => self.afterwards,
            _ => Truth::Possible,
        }
    }

    fn during(&self, plain: &BTreeSet<i64>, wide: &BTreeSet<i64>) -> Truth {
        self.over_members(
            |world| self.during_one(world, plain),
            |world| self.during_one(world, wide) > Truth::No,
        )
    }

    fn over_members(&self, plain: impl Fn(World) -> Truth, wide: impl Fn(World) -> bool) -> Truth {
        let members = self.plain.iter().zip(&self.wide);
        let truths = members.map(|(own, wider)| {
            let worst = own.iter().map(|&world| plain(world)).min();
            match worst {
                Some(worst) if worst >= Truth::Presumed => worst,
                _ if own.iter().any(|&world| plain(world) > Truth::No) => Truth::Possible,
                _ if wider.iter().any(|&world| wide(world)) => Truth::Possible,
                _ => Truth::No,
            }
        });
        truths.max().unwrap_or(Truth::No)
    }

    /// Whether two statements share a day, over all pairs of worlds.
    fn overlaps(&self, other: &Case) -> Truth {
        let pair = |(a, a_end): World, (b, b_end): World| match (a_end, b_end) {
            (Some(a_end), Some(b_end)) => truth_if(a <= b_end && b <= a_end),
            (None, None) if a == b => Truth::Certain,
            // Only the one that begins earlier has to go on until the other begins.
            (None, None) => {
                let earlier = if a < b { self } else { other };
                if earlier.ends_open { earlier.afterwards } else { Truth::Possible }
            }
            (None, Some(b_end)) => match () {
                () if a > b_end => Truth::No,
                () if a >= b => Truth::Certain,
                () if self.ends_open => self.afterwards,
                () => Truth::Possible,
            },
            (Some(a_end), None) => match () {
                () if b > a_end => Truth::No,
                () if b >= a => Truth::Certain,
                () if other.ends_open => other.afterwards,
                () => Truth::Possible,
            },
        };
        let mut truth = Truth::No;
        for (x, x_wide) in self.plain.iter().zip(&self.wide) {
            for (y, y_wide) in other.plain.iter().zip(&other.wide) {
                let all = x.iter().flat_map(|&a| y.iter().map(move |&b| pair(a, b))).min();
                let own = match all {
                    Some(worst) if worst >= Truth::Presumed => worst,
                    _ => {
                        let mut wide =
                            x_wide.iter().flat_map(|&a| y_wide.iter().map(move |&b| (a, b)));
                        if wide.any(|(a, b)| pair(a, b) > Truth::No) {
                            Truth::Possible
                        } else {
                            Truth::No
                        }
                    }
                };
                truth = truth.max(own);
            }
        }
        truth
    }
}

fn truth_if(certain: bool) -> Truth {
    if certain { Truth::Certain } else { Truth::No }
}

fn number(highest: u8) -> impl Strategy<Value = Number> {
    prop_oneof![
        4 => (1..=highest).prop_map(Number::Fixed),
        1 => Just(Number::Unknown),
        1 => (0..=highest / 10).prop_map(Number::Tens),
    ]
}

fn month() -> impl Strategy<Value = Number> {
    prop_oneof![
        5 => number(12),
        2 => prop_oneof![Just(2_u8), Just(11), Just(12)].prop_map(Number::Fixed),
        1 => (21..=24_u8).prop_map(Number::Fixed),
    ]
}

fn written_date() -> BoxedStrategy<WrittenDate> {
    let year = prop_oneof![
        3 => (1998..=2009_i64).prop_map(WrittenYear::Fixed),
        1 => Just(WrittenYear::Decade),
        2 => Just(WrittenYear::Unknown),
    ];
    let parts = (year, proptest::option::weighted(0.85, month()), proptest::option::of(number(31)));
    (parts, proptest::option::weighted(0.25, 0..3_usize))
        .prop_map(|((year, month, day), about)| {
            let day = if month.is_some() { day } else { None };
            let finest = usize::from(month.is_some()) + usize::from(day.is_some());
            WrittenDate { year, month, day, about: about.filter(|&about| about <= finest) }
        })
        .boxed()
}

/// A date whose year is known, for an end that is tied to nothing.
fn settled_date() -> BoxedStrategy<WrittenDate> {
    (written_date(), 1998..=2009_i64)
        .prop_map(|(date, year)| WrittenDate { year: WrittenYear::Fixed(year), ..date })
        .boxed()
}

/// Two dates that leave out the same year, now and then the day that only leap years have.
fn tied_interval() -> BoxedStrategy<Written> {
    let leap_day = || {
        let (month, day) = (Some(Number::Fixed(2)), Some(Number::Fixed(29)));
        (written_date(), proptest::option::of(0..3_usize))
            .prop_map(move |(date, about)| WrittenDate { month, day, about, ..date })
    };
    let date = || prop_oneof![4 => written_date(), 1 => leap_day()];
    (date(), date())
        .prop_map(|(start, end)| Written::Interval(start, WrittenDate { year: start.year, ..end }))
        .boxed()
}

fn written() -> BoxedStrategy<Written> {
    let dates = || proptest::collection::vec(written_date(), 1..4);
    prop_oneof![
        4 => written_date().prop_map(Written::Date),
        2 => (written_date(), settled_date()).prop_map(|(start, end)| Written::Interval(start, end)),
        2 => tied_interval(),
        2 => written_date().prop_map(Written::Open),
        1 => written_date().prop_map(Written::UnknownEnd),
        1 => settled_date().prop_map(Written::UnknownStart),
        1 => dates().prop_map(Written::OneOf),
        1 => dates().prop_map(Written::AllOf),
    ]
    .boxed()
}

fn kind() -> impl Strategy<Value = Temporality> {
    prop_oneof![
        Just(Temporality::Event),
        any::<bool>().prop_map(|persistent| Temporality::State { persistent }),
    ]
}

/// Limits within the window, which keep the years that a value leaves out within it.
fn limits() -> impl Strategy<Value = (Date, Date)> {
    let first = first_of(1995, 0);
    (0..1_500_i64, 0..5_000_i64).prop_map(move |(from, length)| {
        (Date::from_days(first + from), Date::from_days(first + from + length))
    })
}

/// The days of a period within the window and a little beyond.
fn period_days(written: &Written, slack: bool) -> BTreeSet<i64> {
    let members = written.worlds(false, slack);
    members.into_iter().flatten().map(|(day, _)| day).collect()
}

/// How many cases to try: the usual number, or what the environment asks for in a long run.
fn cases(usual: u32) -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(1_500), max_global_rejects: 1_000_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn during_agrees_with_every_world(
        value in written(), kind in kind(), limits in limits(), period in written(),
    ) {
        let case = Case::new(&value, kind, limits);
        let query = Edtf::parse(&period.text());
        prop_assume!(case.is_some() && query.is_ok());
        let (case, query) = (case.expect("assumed"), query.expect("assumed"));
        let expected = case.during(&period_days(&period, false), &period_days(&period, true));
        prop_assert_eq!(
            case.valid.during(&Period::of(&query)), expected,
            "{} {:?} {}..{} during {}", value.text(), kind, limits.0, limits.1, query
        );
    }

    #[test]
    fn before_and_after_agree_with_every_world(
        value in written(), kind in kind(), limits in limits(), day in 0..6_000_i64,
    ) {
        let case = Case::new(&value, kind, limits);
        prop_assume!(case.is_some());
        let case = case.expect("assumed");
        let day = Date::from_days(first_of(1996, 0) + day);
        let before = |world: World| world.0 < day.days();
        let after = |world: World| world.0 > day.days();
        let period = Period::from(day);
        prop_assert_eq!(case.valid.before(&period), case.over_members(|w| truth_if(before(w)), before));
        prop_assert_eq!(case.valid.after(&period), case.over_members(|w| truth_if(after(w)), after));
    }

    #[test]
    fn a_comparison_holds_on_every_pair_of_days(one in written(), other in written()) {
        let is_bounded = |written: &Written| match written {
            Written::Date(date) => date.year != WrittenYear::Unknown,
            Written::Interval(start, end) => start.year != WrittenYear::Unknown && end.year != WrittenYear::Unknown,
            Written::OneOf(dates) | Written::AllOf(dates) => dates.iter().all(|date| date.year != WrittenYear::Unknown),
            Written::Open(_) | Written::UnknownEnd(_) | Written::UnknownStart(_) => false,
        };
        prop_assume!(is_bounded(&one) && is_bounded(&other));
        let (a, b) = (period_days(&one, false), period_days(&other, false));
        let (Ok(one), Ok(other)) = (Edtf::parse(&one.text()), Edtf::parse(&other.text())) else { return Ok(()) };
        prop_assume!(!a.is_empty() && !b.is_empty());
        let expected = match () {
            () if a.last() < b.first() => Some(std::cmp::Ordering::Less),
            () if a.first() > b.last() => Some(std::cmp::Ordering::Greater),
            () if one.exact_day().is_some() && one.exact_day() == other.exact_day() => Some(std::cmp::Ordering::Equal),
            () => None,
        };
        prop_assert_eq!(one.compare_days(&other), expected, "{} and {}", one, other);
        prop_assert_eq!(one.first_day().map(Date::days), a.first().copied(), "{}", one);
        prop_assert_eq!(one.last_day().map(Date::days), a.last().copied(), "{}", one);
    }

    #[test]
    fn a_hull_holds_every_world(value in written(), kind in kind(), limits in limits()) {
        let case = Case::new(&value, kind, limits);
        prop_assume!(case.is_some());
        let case = case.expect("assumed");
        let starts = case.wide.iter().flatten().filter(|world| world.1.is_none_or(|end| end >= world.0));
        let starts: BTreeSet<i64> = starts.map(|world| world.0).collect();
        let hull = case.valid.hull();
        prop_assert_eq!(hull.map(|hull| hull.earliest_start), starts.first().copied());
        prop_assert_eq!(hull.map(|hull| hull.latest_start), starts.last().copied());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(400), max_global_rejects: 1_000_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn overlaps_agree_with_every_pair_of_worlds(
        one in written(), one_kind in kind(), other in written(), other_kind in kind(), limits in narrow_limits(),
    ) {
        let one_case = Case::new(&one, one_kind, limits);
        let other_case = Case::new(&other, other_kind, limits);
        prop_assume!(one_case.is_some() && other_case.is_some());
        let (a, b) = (one_case.expect("assumed"), other_case.expect("assumed"));
        let size = |case: &Case| case.wide.iter().map(Vec::len).sum::<usize>();
        prop_assume!(size(&a) * size(&b) < 20_000_000);
        prop_assert_eq!(
            a.valid.overlaps(&b.valid), a.overlaps(&b),
            "{} {:?} and {} {:?}, {}..{}", one.text(), one_kind, other.text(), other_kind, limits.0, limits.1
        );
    }
}

fn narrow_limits() -> impl Strategy<Value = (Date, Date)> {
    let first = first_of(1998, 0);
    (0..1_500_i64, 0..800_i64).prop_map(move |(from, length)| {
        (Date::from_days(first + from), Date::from_days(first + from + length))
    })
}

/// Of two states without known end only the earlier one must go on for them to share a day.
#[test]
fn the_earlier_of_two_endless_states_decides_whether_they_overlap() -> Result<()> {
    let endless = |text, persistent| {
        let kind = Some(Temporality::State { persistent });
        Ok::<_, Error>(ValidTime::new(Some(&Edtf::parse(text)?), kind, None, None))
    };
    let (early, late) = ("2000-03/..", "2001-03/..");
    let overlap = |early_persists, late_persists| {
        let (early, late) = (endless(early, early_persists)?, endless(late, late_persists)?);
        assert_eq!(early.overlaps(&late), late.overlaps(&early));
        Ok::<_, Error>(early.overlaps(&late))
    };
    assert_eq!(overlap(true, true)?, Truth::Presumed);
    assert_eq!(overlap(true, false)?, Truth::Presumed);
    assert_eq!(overlap(false, true)?, Truth::Possible);
    assert_eq!(overlap(false, false)?, Truth::Possible);
    // Narrowed to before 2000, the state of a February begins before the one of the decade.
    let limits = ["1998-01-26", "2000-01-01"].map(|day| Date::parse(day).ok());
    let narrowed = |text, persistent| {
        let kind = Some(Temporality::State { persistent });
        Ok::<_, Error>(ValidTime::new(Some(&Edtf::parse(text)?), kind, limits[0], limits[1]))
    };
    let (decade, february) = (narrowed("200X/..", false)?, narrowed("XXXX-02/..", true)?);
    assert_eq!(decade.overlaps(&february), Truth::Presumed);
    Ok(())
}

#[test]
fn a_day_without_its_year() -> Result<()> {
    let met = ValidTime::new(Some(&Edtf::parse("XXXX-11-12")?), None, None, None);
    let during = |text: &str| Ok::<_, Error>(met.during(&Period::of(&Edtf::parse(text)?)));
    assert_eq!(during("XXXX-11")?, Truth::Certain);
    assert_eq!(during("2018")?, Truth::Possible);
    assert_eq!(during("2018-11")?, Truth::Possible);
    assert_eq!(during("XXXX-10")?, Truth::No);
    assert_eq!(during("2018-10/2018-12")?, Truth::Possible);
    assert_eq!(during("XXXX-XX-12")?, Truth::Certain);
    assert_eq!(during("XXXX-23")?, Truth::Certain);
    Ok(())
}

#[test]
fn unknown_years_are_one_unknown_within_a_document() -> Result<()> {
    let event = |text| Ok::<_, Error>(ValidTime::new(Some(&Edtf::parse(text)?), None, None, None));
    let (met, visit) = (event("XXXX-11-12")?, event("XXXX-11-11/XXXX-11-13")?);
    assert_eq!(met.overlaps(&visit), Truth::Possible);
    assert_eq!(met.with_shared_year(&visit, ValidTime::overlaps), Truth::Certain);
    let later = ValidTime::new(
        visit.edtf(),
        None,
        Date::from_ymd(2017, 6, 1),
        Date::from_ymd(2017, 11, 10),
    );
    assert_eq!(met.with_shared_year(&later, ValidTime::overlaps), Truth::No);
    let new_year = event("XXXX-12-30/XXXX-01-02")?.in_year(2017);
    assert_eq!(
        new_year.and_then(|v| v.edtf().cloned()),
        Some(Edtf::parse("2017-12-30/2018-01-02")?)
    );
    Ok(())
}

#[test]
fn a_leap_day_of_an_unknown_year_settles_which_years_it_may_be() -> Result<()> {
    let event = |text| Ok::<_, Error>(ValidTime::new(Some(&Edtf::parse(text)?), None, None, None));
    let on = |text: &'static str, day| Ok::<_, Error>(event(text)?.as_of(Date::parse(day)?));
    // It ends in the year after it began, and that one is leap.
    assert_eq!(on("XXXX-03/XXXX-02-29", "1995-03-01")?, Truth::Possible);
    assert_eq!(on("XXXX-03/XXXX-02-29", "1996-03-01")?, Truth::No);
    assert_eq!(on("XXXX-01/XXXX-02-29", "1996-01-15")?, Truth::Possible);
    assert_eq!(on("XXXX-01/XXXX-02-29", "1995-01-15")?, Truth::No);
    assert_eq!(on("XXXX-02-29/XXXX-04", "1995-04-01")?, Truth::No);
    Ok(())
}

#[test]
fn far_years_and_endless_sets_are_as_cheap_as_near_ones() -> Result<()> {
    let event = |text| Ok::<_, Error>(ValidTime::new(Some(&Edtf::parse(text)?), None, None, None));
    let ancient = event("Y-17E7")?;
    assert_eq!(ancient.before(&Period::from(Date::from_days(0))), Truth::Certain);
    assert_eq!(event("{..1984}")?.as_of(Date::from_days(0)), Truth::Possible);
    assert_eq!(event("Y171010000S3")?.after(&Period::from(Date::from_days(0))), Truth::Certain);
    assert_eq!(event("Y1E100")?.hull().map(|hull| hull.latest_start), Some(Hull::FUTURE));
    let state = Some(Temporality::State { persistent: false });
    let aeon = ValidTime::new(Some(&Edtf::parse("Y17E7S1")?), state, None, None);
    assert_eq!(aeon.after(&Period::from(Date::from_days(0))), Truth::Certain);
    Ok(())
}

#[test]
fn what_is_wrong_is_said_with_what_to_write() {
    let hint = |text: &str| Edtf::parse(text).map_err(|error| error.hints().join(" "));
    assert_eq!(hint("199u"), Err("write '199X'".into()));
    assert_eq!(hint("20171112"), Err("write '2017-11-12'".into()));
    assert_eq!(hint("November 2017"), Err("write '2017-11'".into()));
    assert_eq!(hint("12 nov"), Err("write 'XXXX-11-12'".into()));
    let error = Edtf::parse("2017-02-30").expect_err("no such day");
    assert!(error.message().contains("at character 9"), "{error}");
    for text in ["", "é", "[", "2017-é", &"[2017,".repeat(3_000), &"X".repeat(40_000)] {
        assert!(Edtf::parse(text).is_err());
    }
}

#[test]
fn canonical_text_reads_back() -> Result<()> {
    for text in [
        "?2004-?06-?11",
        "2004-06~-11",
        "{1667,1668,1670..1672}",
        "../2008",
        "2017-24",
        "Y17E7",
        "2017-11-12T10:00:00Z",
        "-0044-03-15",
    ] {
        let value = Edtf::parse(text)?;
        assert_eq!(Edtf::parse(value.as_str())?, value);
    }
    Ok(())
}
