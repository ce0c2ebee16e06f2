//! How a lab opens, as data: one question, a story that answers it, a picture, and commands to begin with.

use crate::form::nth_subject;

/// What a newcomer to a world meets first.
#[derive(Clone, Copy, Debug)]
pub struct Opening {
    /// The world's name for people: `The bank`.
    pub title: &'static str,
    /// The question that its lab asks.
    pub question: &'static str,
    /// The story that shows the idea: "Show me".
    pub tour: Story,
    /// The story that answers the question: "Play the story".
    pub story: Story,
    /// The world's own picture, from what is asked to what follows.
    pub picture: &'static [Place],
    /// Commands that are ready to be asked.
    pub ready: &'static [Ready],
    /// Questions to the log that are ready to be asked.
    pub finds: &'static [Find],
}

impl Opening {
    /// That of a log which nobody asks for anything: a title, a question, and nothing to play.
    pub const fn silent(title: &'static str, question: &'static str) -> Self {
        const NONE: Story = Story { steps: &[], end: "" };
        Self { title, question, tour: NONE, story: NONE, picture: &[], ready: &[], finds: &[] }
    }
}

/// A few steps, each with one short sentence. It begins with an empty log.
#[derive(Clone, Copy, Debug)]
pub struct Story {
    /// What happens, in order.
    pub steps: &'static [Step],
    /// What is said when it is over.
    pub end: &'static str,
}

/// One step of a story.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// What is said.
    pub says: &'static str,
    /// Where to look.
    pub look: Part,
    /// What is done.
    pub act: Act,
}

/// What a step of a story does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Fills in a form and presses its button; the answer is a yes.
    Ask(Wish),
    /// The same, and the answer is a no.
    AskInVain(Wish),
    /// Looks at the moment after so many events.
    Seek(u64),
    /// Everyone who reads the log waits to be told.
    Pause,
    /// A reader deals with its next message.
    Step(&'static str),
    /// Only looks.
    Look,
}

/// A form filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wish {
    /// The command of the button that is pressed.
    pub command: &'static str,
    /// What is typed into the fields, in their order.
    pub typed: &'static [&'static str],
    /// Whom it is about: the nth of whom the log tells, from 0. `None`: whoever is looked at.
    pub subject: Option<usize>,
}

/// A wish with a name, offered as a button.
#[derive(Clone, Copy, Debug)]
pub struct Ready {
    /// What the button says; `#0` stands for the first of whom the log tells, `#1` for the second.
    pub label: &'static str,
    /// Names for these until the log tells of them.
    pub stand_ins: &'static [&'static str],
    /// What it asks for.
    pub wish: Wish,
}

impl Ready {
    /// What the button says, given the name of the nth of whom the log tells.
    pub fn says<'a>(&'a self, name: impl Fn(usize) -> Option<&'a str>) -> String {
        let mut parts = self.label.split('#');
        let first = parts.next().unwrap_or_default();
        parts.fold(first.to_owned(), |says, part| {
            let (nth, rest) = part.split_at(part.find(' ').unwrap_or(part.len()));
            let nth = nth.parse().unwrap_or(usize::MAX);
            says + name(nth).or(self.stand_ins.get(nth).copied()).unwrap_or("nobody") + rest
        })
    }

    /// Whether the log tells of everyone whom it is about, if it tells of so many.
    pub fn can_be_asked(&self, subjects: usize) -> bool {
        let about = self.wish.subject.into_iter().chain(self.wish.typed.iter().filter_map(|typed| nth_subject(typed)));
        about.into_iter().all(|nth| nth < subjects)
    }
}

/// A question to the log in plain words, offered as a button.
#[derive(Clone, Copy, Debug)]
pub struct Find {
    /// What the button says.
    pub label: &'static str,
    /// The same as a condition on events or states.
    pub condition: &'static str,
}

/// A part of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Commands.
    Ask,
    /// Events.
    Recorded,
    /// State.
    Follows,
    /// The same without a log.
    Twin,
}

/// A box of a world's picture; an arrow leads from each to the next.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// What it stands for, which gives it its colour.
    pub kind: Kind,
    /// Its name.
    pub label: &'static str,
    /// What it shows of the moment.
    pub shows: Shows,
}

/// The colours of the event-storming wall.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Blue: what is asked for.
    Command,
    /// Purple: what may say no.
    Rule,
    /// Orange: what happened.
    Event,
    /// Green: what follows.
    View,
    /// Pink: what the system does by itself.
    System,
}

/// What a place of the picture shows, live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shows {
    /// What was asked last.
    Asked,
    /// What the rules said to it.
    Answer,
    /// How many events there are, and which was the last.
    Events,
    /// The figure of each subject.
    Figures,
    /// What a reader has before it.
    Reader(&'static str),
}
