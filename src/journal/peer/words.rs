//! What tabs say to each other, and what the protocol asks of its surroundings.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::engine::journal::{Epoch, Place};

/// A tab's own number.
pub type TabId = u32;
/// Milliseconds on a clock that all tabs read.
pub type Millis = u64;
/// Where each world's log stands; `None`: it was not begun.
pub type Places = Vec<Option<Place>>;

/// What a tab's logs do for the protocol.
pub trait Logs {
    /// Where each log stands, as far as this tab has read or written it.
    fn places(&self) -> Places;
    /// Reads on up to these places; whether all of it is there.
    fn read_to(&mut self, places: &Places) -> bool;
    /// Shows what lies before these places.
    fn show(&mut self, places: &Places);
    /// Reads all logs from their beginning.
    fn reload(&mut self);
    /// Writes under this epoch from now on; `None`: writes no more.
    fn write_as(&mut self, epoch: Option<Epoch>);
    /// Decides a wish, and writes what follows from it without showing it. `is_last`: a full storage is believed.
    fn stage(&mut self, wish: &str, is_last: bool) -> Staged;
    /// What the logs themselves want done where they are written, when nobody else wants anything.
    fn own_wish(&mut self) -> Option<(Uuid, String)> {
        None
    }
    /// Packs what is old, where room is short; whether anything was written.
    fn pack(&mut self) -> bool;
    /// Removes what is packed.
    fn clean(&mut self);
}

/// What came of a wish.
#[derive(Clone, Debug)]
pub enum Staged {
    /// Nothing had to be written: this is the answer.
    Answered(String),
    /// It was written, and this is the answer once every tab reads it.
    Written(String),
    /// The storage says that it is full, which may pass.
    NotNow,
}

/// What tabs say to each other.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Message {
    /// Who says it.
    pub from: TabId,
    /// The latest time of leading that this tab knows of.
    pub term: Epoch,
    /// When it was said.
    pub at: Millis,
    /// What is said.
    pub body: Body,
}

/// The words of a message.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Body {
    /// Who leads?
    Hello,
    /// I lead, and this much is acknowledged, without waiting for these tabs.
    Here(Places, Vec<TabId>),
    /// I lead from now on: where do you stand?
    Gather,
    /// I stand here.
    Mine(Places),
    /// Say so when you can read up to here.
    Read(u64, Places),
    /// I can read that.
    Seen(u64),
    /// Please do this, you that lead.
    Wish(TabId, Uuid, String),
    /// This came of it, and this much is acknowledged.
    Answer(TabId, Uuid, String, Places),
}

/// What is to be done.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Say this to all other tabs.
    Post(Message),
    /// Ask which tabs are alive and whether this one holds the lock, then call [`Peer::members`] with this number.
    Query(u64),
    /// Wait for the lock, then call [`Peer::granted`].
    Queue,
    /// Take the lock from whoever holds it, then call [`Peer::granted`].
    Steal,
    /// A wish of this tab was answered.
    Answer(Uuid, String),
    /// [`Peer::standing`] is another now.
    Changed,
}

/// What a tab is among the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It looks for who leads.
    Looking,
    /// It shows what another tab writes, and hands on what is wished for.
    Follows(TabId),
    /// It writes.
    Leads,
    /// It can't be sure of what is stored, so it only shows. Says why.
    Apart(String),
}
