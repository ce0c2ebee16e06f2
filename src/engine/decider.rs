//! A decider is a business in three functions.

/// Turns commands into events and events into state, and does nothing else.
///
/// `decide` holds every rule and may refuse; `evolve` holds none and cannot fail. That split is what makes a log
/// readable for ever: rules change, and events that were once allowed still replay.
///
/// ```
/// use daybook_engine::{Decider, fold};
///
/// struct Turnstile;
/// enum Command { Insert, Push }
/// #[derive(Debug, PartialEq)]
/// enum Event { CoinInserted, Pushed }
/// #[derive(Debug, PartialEq)]
/// struct Locked;
///
/// impl Decider for Turnstile {
///     type Command = Command;
///     type Event = Event;
///     type State = u32; // coins not yet used
///     type Refusal = Locked;
///
///     fn initial_state(&self) -> u32 { 0 }
///
///     fn decide(&self, command: &Command, coins: &u32) -> Result<Vec<Event>, Locked> {
///         match command {
///             Command::Insert => Ok(vec![Event::CoinInserted]),
///             Command::Push if *coins > 0 => Ok(vec![Event::Pushed]),
///             Command::Push => Err(Locked),
///         }
///     }
///
///     fn evolve(&self, coins: u32, event: &Event) -> u32 {
///         match event {
///             Event::CoinInserted => coins + 1,
///             Event::Pushed => coins - 1,
///         }
///     }
/// }
///
/// let coins = fold(&Turnstile, [&Event::CoinInserted, &Event::Pushed]);
/// assert_eq!(Turnstile.decide(&Command::Push, &coins), Err(Locked));
/// ```
///
/// The trade-off: a decider sees one stream. What must hold across streams takes a process manager, and time.
pub trait Decider {
    /// What is asked for: imperative, and it may be refused.
    type Command;
    /// What happened: past tense, and it stays.
    type Event;
    /// What the events of one stream add up to.
    type State;
    /// A business "no". It is a value, not a failure of the program.
    type Refusal;

    /// The state before the first event.
    fn initial_state(&self) -> Self::State;

    /// The events that the command leads to, or why it may not.
    fn decide(&self, command: &Self::Command, state: &Self::State) -> Result<Vec<Self::Event>, Self::Refusal>;

    /// The state after one more event. Total: it judges nothing and cannot fail.
    fn evolve(&self, state: Self::State, event: &Self::Event) -> Self::State;
}

/// The state that a run of events adds up to, from the beginning.
pub fn fold<'e, D: Decider>(decider: &D, events: impl IntoIterator<Item = &'e D::Event>) -> D::State
where
    D::Event: 'e,
{
    events.into_iter().fold(decider.initial_state(), |state, event| decider.evolve(state, event))
}
