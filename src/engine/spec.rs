//! Given these events, when this command, then those events.

use std::fmt::Debug;

use crate::decider::{Decider, fold};

/// Begins a specification: what has happened so far.
///
/// The answer is a [`Verdict`], a value: a test asserts it, a page can show it.
///
/// ```
/// # use daybook_engine::{Decider, spec::{given, Verdict}};
/// # struct Lamp;
/// # #[derive(Debug, PartialEq)] struct AlreadyLit;
/// # #[derive(Debug, PartialEq, Clone)] struct Lit;
/// # impl Decider for Lamp {
/// #   type Command = (); type Event = Lit; type State = bool; type Refusal = AlreadyLit;
/// #   fn initial_state(&self) -> bool { false }
/// #   fn decide(&self, _: &(), lit: &bool) -> Result<Vec<Lit>, AlreadyLit> { if *lit { Err(AlreadyLit) } else { Ok(vec![Lit]) } }
/// #   fn evolve(&self, _: bool, _: &Lit) -> bool { true }
/// # }
/// let verdict = given(&Lamp, [Lit]).when(&()).then_refused(AlreadyLit);
/// assert_eq!(verdict, Verdict::Holds);
/// ```
pub fn given<D: Decider>(decider: &D, events: impl IntoIterator<Item = D::Event>) -> Given<'_, D> {
    Given { decider, events: events.into_iter().collect() }
}

/// What has happened so far.
pub struct Given<'d, D: Decider> {
    decider: &'d D,
    events: Vec<D::Event>,
}

/// What was asked, and what came of it.
pub struct When<D: Decider> {
    outcome: Result<Vec<D::Event>, D::Refusal>,
}

/// Whether a specification holds. Order and equality are exact.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict<E, R> {
    /// It came as expected.
    Holds,
    /// It came otherwise.
    Differs {
        /// What the specification says.
        expected: Result<Vec<E>, R>,
        /// What the decider did.
        found: Result<Vec<E>, R>,
    },
}

impl<D: Decider> Given<'_, D> {
    /// What is asked for now.
    pub fn when(self, command: &D::Command) -> When<D> {
        let state = fold(self.decider, &self.events);
        When { outcome: self.decider.decide(command, &state) }
    }
}

impl<D: Decider> When<D>
where
    D::Event: PartialEq,
    D::Refusal: PartialEq,
{
    /// Expects these events.
    pub fn then(self, events: impl IntoIterator<Item = D::Event>) -> Verdict<D::Event, D::Refusal> {
        self.expect(Ok(events.into_iter().collect()))
    }

    /// Expects a refusal.
    pub fn then_refused(self, refusal: D::Refusal) -> Verdict<D::Event, D::Refusal> {
        self.expect(Err(refusal))
    }

    fn expect(self, expected: Result<Vec<D::Event>, D::Refusal>) -> Verdict<D::Event, D::Refusal> {
        if self.outcome == expected { Verdict::Holds } else { Verdict::Differs { expected, found: self.outcome } }
    }
}

impl<E: Debug, R: Debug> Verdict<E, R> {
    /// Fails a test with both sides, if they differ.
    ///
    /// # Panics
    /// When the specification does not hold.
    #[track_caller]
    pub fn assert(self) {
        if let Self::Differs { expected, found } = self {
            panic!("expected {expected:?}, found {found:?}");
        }
    }
}
