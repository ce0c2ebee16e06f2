//! What is looked for, and what was found: it stays when the drawer is closed, and goes on as the log grows.

use leptos::prelude::*;

use super::look::{Looked, PAGE};
use super::watch::Watch;
use crate::lab::condition::Condition;
use crate::ui::address::{decoded, encoded};
use crate::ui::desk::Desk;
use crate::ui::parts::{Wrong, focus_if_lost, whenever};
use crate::ui::ribbon::Player;

/// The option of the address that has the condition.
const OPTION: &str = "find";

/// A search, shared by the drawer and the replay.
#[derive(Clone, Copy)]
pub struct Finding {
    /// What stands in the box.
    pub typed: RwSignal<String>,
    /// What was wrong with it.
    pub wrong: Wrong,
    /// What may be wrong with its names, where nothing fits: a sentence a line.
    pub doubts: RwSignal<String>,
    /// How far the search is, if there is one. The page is drawn by it.
    pub looked: RwSignal<Option<Looked>>,
    /// Hits that are to be listed, and those that are drawn already.
    pub listed: RwSignal<usize>,
    pub(super) drawn: RwSignal<usize>,
    /// Whether a replay pauses where the condition begins to hold.
    pub breaks: RwSignal<bool>,
    /// Whether a replay pauses where an event can't be read.
    pub breaks_unread: RwSignal<bool>,
    /// What is looked for, as it was asked and as it was understood.
    asked: StoredValue<Option<(String, Condition)>>,
    pub(super) hits: StoredValue<Vec<u64>>,
    /// How often a search began or was stopped.
    pub(super) turns: StoredValue<u64>,
}

impl Finding {
    /// Looks for what the address says, now and whenever it says something else. A replay pauses where that asks for it.
    pub fn begin(desk: Desk) {
        let finding = Self {
            typed: RwSignal::new(String::new()),
            wrong: Wrong::nothing(),
            doubts: RwSignal::new(String::new()),
            looked: RwSignal::new(None),
            listed: RwSignal::new(PAGE),
            drawn: RwSignal::new(0),
            breaks: RwSignal::new(false),
            breaks_unread: RwSignal::new(false),
            asked: StoredValue::new(None),
            hits: StoredValue::new(Vec::new()),
            turns: StoredValue::new(0),
        };
        let said = Memo::new(move |_| desk.address.read().option(OPTION).map(decoded));
        whenever(move || match said.get() {
            Some(text) => {
                finding.typed.set(text.clone());
                finding.understand(desk, &text);
            }
            None => finding.forget(),
        });
        whenever(move || finding.keep_up(desk, desk.log(), desk.events()));
        provide_context(finding);
        let mut watch = Watch::default();
        expect_context::<Player>().pause_by(Box::new(move |door, from, to| {
            let condition = finding.breaks.get_untracked().then(|| finding.typed_condition()).flatten();
            watch.go(door, from, to, condition, finding.breaks_unread.get_untracked())
        }));
    }

    /// Looks for what stands in the box, and writes it into the address; if it is no condition, says why not. An empty
    /// box asks for nothing any more.
    pub fn ask(self, desk: Desk) {
        let text = self.typed.get_untracked().trim().to_owned();
        let address = desk.address.get_untracked();
        if text.is_empty() && self.condition().is_some() {
            return self.clear(desk);
        }
        if address.option(OPTION).map(decoded).as_ref() == Some(&text) {
            self.understand(desk, &text);
        } else if self.read(&text).is_some() {
            address.with(OPTION, Some(&encoded(&text))).go();
        }
    }

    /// Looks for nothing any more.
    pub fn clear(self, desk: Desk) {
        self.typed.set(String::new());
        self.wrong.clear();
        self.forget();
        desk.address.get_untracked().with(OPTION, None).go();
        // The button that was pressed is gone.
        focus_if_lost(".condition");
    }

    /// The condition that stands in the box, if one does: where a replay pauses, whether it was asked for or not.
    fn typed_condition(self) -> Option<Condition> {
        self.typed.with_untracked(|typed| typed.trim().parse().ok())
    }

    /// Where a replay pauses by what stands in the box, in words.
    pub fn pauses_where(self) -> String {
        let typed = self.typed.get();
        match typed.trim() {
            "" => "There is no condition above yet, so the replay does not pause.".to_owned(),
            typed => typed.parse::<Condition>().map_or_else(
                |_| "What stands above is no condition, so the replay does not pause.".to_owned(),
                |condition| format!("It pauses where {condition}."),
            ),
        }
    }

    /// The condition that was asked for last.
    pub fn condition(self) -> Option<Condition> {
        self.asked.with_value(|asked| asked.as_ref().map(|(_, condition)| condition.clone()))
    }

    /// Whether what stands in the box was asked for.
    pub fn is_asked(self) -> bool {
        self.condition().is_some() && untrack(|| self.asked_before()).is_none()
    }

    /// What was asked for, where something else stands in the box by now.
    pub fn asked_before(self) -> Option<String> {
        let (typed, _) = (self.typed.get(), self.looked.get());
        self.asked
            .with_value(|asked| asked.as_ref().map(|(text, _)| text).filter(|text| **text != typed.trim()).cloned())
    }

    /// The positions that are drawn.
    pub fn shown(self) -> Vec<u64> {
        self.hits.with_value(|hits| hits.iter().take(self.drawn.get()).copied().collect())
    }

    /// Goes to the hit after the moment that is looked at, or to the one before.
    pub fn step(self, desk: Desk, is_forward: bool) {
        let applied = untrack(|| desk.applied());
        let nth = self.hits.with_value(|hits| {
            let nth = if is_forward {
                hits.partition_point(|&hit| hit < applied)
            } else {
                hits.partition_point(|&hit| hit + 1 < applied).checked_sub(1)?
            };
            hits.get(nth).map(|&hit| (nth + 1, hits.len(), hit))
        });
        match nth {
            Some((nth, of, hit)) => {
                visit(desk, hit);
                desk.say(format!("{nth} of {of}: {}", untrack(|| desk.moment())));
            }
            None if is_forward => desk.say("Nothing more is found after this."),
            None => desk.say("Nothing is found before this."),
        }
    }
}

impl Finding {
    /// The condition that a text is; if it is none, what is wrong with it stands beside the box.
    fn read(self, text: &str) -> Option<Condition> {
        let read = text.parse::<Condition>();
        self.wrong.tell(read.as_ref().map(drop));
        read.ok()
    }

    fn understand(self, desk: Desk, text: &str) {
        if let Some(condition) = self.read(text) {
            self.asked.set_value(Some((text.to_owned(), condition.clone())));
            self.look(desk, condition, 0, 0);
        }
    }

    fn forget(self) {
        self.turn();
        self.doubts.set(String::new());
        self.asked.set_value(None);
        self.looked.set(None);
    }
}

/// Goes to the moment of an event.
pub fn visit(desk: Desk, position: u64) {
    desk.visit(Some(position + 1));
}
