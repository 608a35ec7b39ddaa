//! Statements that are planned once and run many times, and queries that share a plan.

use std::sync::{Arc, Mutex, PoisonError};

use super::lift::{self, Lifted};
use super::{Fit, IntoParameters, Options, Planned, Ready, Store};
use crate::error::Result;
use crate::exec::procedure::Procedures;
use crate::graph::row::Rows;

/// A statement that has been read, checked and planned.
///
/// Running it looks nothing up by its text. It is planned anew by itself when the graph has grown
/// or shrunk to another size, or when procedures were declared.
///
/// ```
/// let store = dossier::Store::shipped()?;
/// let by_name = store.prepare("MATCH (s:State {name: $name})-[:RECOGNISES]->(x) RETURN x.name AS region")?;
/// for name in ["Nauru", "Syria"] {
///     assert_eq!(by_name.query([("name", name)])?.len(), 2);
/// }
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Debug)]
pub struct Prepared {
    store: Store,
    text: Arc<str>,
    /// The plan, with the procedures that it may call; `None` until it first runs.
    known: Mutex<Option<Known>>,
}

#[derive(Clone, Debug)]
struct Known {
    planned: Arc<Planned>,
    procedures: Arc<Procedures>,
}

impl Prepared {
    /// The statement as it was written.
    ///
    /// ```
    /// let prepared = dossier::Store::memory().prepare("RETURN $x AS x")?;
    /// assert_eq!(prepared.text(), "RETURN $x AS x");
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Runs it with values for its parameters.
    ///
    /// Fails as [`Store::query`] does.
    ///
    /// ```
    /// let double = dossier::Store::memory().prepare("RETURN 2 * $x AS y")?;
    /// assert_eq!(double.query([("x", 21)])?.get(0).unwrap().get::<i64>("y")?, 42);
    /// assert_eq!(double.query(()).unwrap_err().code(), "bind::missing_parameter");
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn query(&self, parameters: impl IntoParameters) -> Result<Rows> {
        let parameters = parameters.into_parameters();
        self.query_with(&Options { parameters, ..Options::default() })
    }

    /// Runs it with options.
    ///
    /// Fails as [`Store::query_with`] does.
    ///
    /// ```
    /// use dossier::{Options, Store};
    /// let met = Store::shipped()?.prepare("MATCH (:Person)-[:MET]->(p) RETURN p.name")?;
    /// let rows = met.query_with(&Options { evidence: true, ..Options::default() })?;
    /// assert!(!rows.evidence(0).is_empty());
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn query_with(&self, options: &Options) -> Result<Rows> {
        match self.plan(options) {
            Some(planned) => {
                let result = self.store.run_plan(&planned, options, false, None);
                result.map(|(rows, _)| rows).map_err(|error| error.in_text(&self.text))
            }
            None => self.store.query_with(&self.text, options),
        }
    }

    /// The plan, where there is one that fits; `None` leaves all else, errors too, to the store.
    fn plan(&self, options: &Options) -> Option<Arc<Planned>> {
        if options.time.is_some() || options.possible {
            return None;
        }
        let procedures = self.store.procedures();
        let fit = self.store.fit(None);
        let fits = |known: &Known| {
            let parameters = &known.planned.statement.parameters;
            fit.serves(&known.planned.fit)
                && Arc::ptr_eq(&known.procedures, &procedures)
                && parameters.iter().all(|name| options.parameters.contains_key(name))
        };
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.as_ref().filter(|known| fits(known)) {
            return Some(Arc::clone(&known.planned));
        }
        let Ok(Ready::Query(planned)) = self.store.planned(&self.text, options, &fit, true, None)
        else {
            return None;
        };
        if planned.statement.prefix.is_some() {
            return None;
        }
        *known = Some(Known { planned: Arc::clone(&planned), procedures });
        Some(planned)
    }
}

impl Store {
    /// Reads, checks and plans a statement that is to run many times.
    ///
    /// Fails as running it would, but for what only its parameters or its rows can show.
    ///
    /// ```
    /// let store = dossier::Store::memory();
    /// let add = store.prepare("CREATE (:State {name: $name})")?;
    /// for name in ["Nauru", "Tuvalu"] {
    ///     add.query([("name", name)])?;
    /// }
    /// assert_eq!(store.snapshot().statistics().nodes, 2);
    /// assert!(store.prepare("CREATE (").unwrap_err().is_syntax());
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn prepare(&self, text: &str) -> Result<Prepared> {
        let fit = self.fit(None);
        self.planned(text, &Options::default(), &fit, false, None)
            .map_err(|error| error.in_text(text))?;
        Ok(Prepared { store: self.clone(), text: text.into(), known: Mutex::default() })
    }

    /// Runs a query by a plan that it shares with others that differ in values; `None` where it
    /// shares none, and where it fails at some place in the text: that is then found again in the
    /// text as written.
    pub(super) fn run_lifted(
        &self,
        text: &str,
        options: &Options,
        fit: &Fit,
    ) -> Option<Result<Rows>> {
        if self.remembered(&options.key(text), fit).is_some() {
            return None;
        }
        let lifted = lift::lift(text)?;
        let parameters = lifted.parameters(&options.parameters);
        let options = Options { parameters, ..options.clone() };
        let Ok(Ready::Query(planned)) = self.planned(&lifted.text, &options, fit, true, None)
        else {
            return None;
        };
        let columns = &planned.plan.columns;
        if columns.iter().any(|(name, _)| Lifted::shows_in(name)) {
            return None;
        }
        match self.run_plan(&planned, &options, false, None) {
            Err(error) if error.span().is_some() => None,
            result => Some(result.map(|(rows, _)| rows)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_that_differ_in_values_share_a_plan_and_their_columns_keep_their_names() {
        let store = Store::shipped().expect("the shipped facts");
        let plans = || store.inner.plans.lock().expect("nobody panics").len();
        let ask = |name: &str| {
            let text =
                format!("MATCH (s:State {{name: '{name}'}}) RETURN s.name, s.name = 'Nauru'");
            let rows = store.query(&text, ()).expect("a query");
            assert_eq!(&*rows.columns()[1], "s.name = 'Nauru'");
            rows.iter().map(|row| row.values().to_vec()).collect::<Vec<_>>()
        };
        assert_eq!(ask("Nauru"), [["Nauru".into(), true.into()]]);
        assert_eq!(ask("Syria"), [["Syria".into(), false.into()]]);
        assert_eq!(plans(), 1);
    }

    #[test]
    fn an_error_in_a_shared_plan_has_the_place_of_the_text_as_written() {
        let store = Store::shipped().expect("the shipped facts");
        for text in [
            "MATCH (s:State) WHERE s.name = 'Nauru' RETURN nothing",
            "MATCH (s:State) WHERE s.name = 'Nauru' AND toInteger([]) = 1 RETURN s",
            "MATCH (s:State) WHERE s.name = 'Nauru' RETURN 1 / 0",
        ] {
            let place = store.query(text, ()).expect_err("a mistake").position().expect("a place");
            let explained = text.replace("MATCH", "PROFILE MATCH");
            let other = store.query(&explained, ()).expect_err("a mistake").position();
            let other = other.expect("a place").column - "PROFILE ".len();
            assert_eq!((place.line, place.column), (1, other), "{text}");
        }
    }

    #[test]
    fn a_prepared_statement_follows_the_graph() {
        let store = Store::memory();
        let add = store.prepare("CREATE (:State {name: $name})").expect("a statement");
        let count = store.prepare("MATCH (s:State) RETURN count(*) AS n").expect("a query");
        for at in 0..40_i64 {
            add.query([("name", at)]).expect("a write");
            let rows = count.query(()).expect("rows");
            let n: i64 = rows.get(0).expect("a row").get("n").expect("a number");
            assert_eq!(n, at + 1);
        }
        assert_eq!(add.query(()).expect_err("no value").code(), "bind::missing_parameter");
        assert!(store.prepare("RETURN").is_err());
    }
}
