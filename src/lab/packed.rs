//! A log as part of a link: packed into letters that any address may hold, and back as a copy.

use super::Lab;
use super::beside::Mark;
use super::no::No;
use crate::engine::integrity::Link;
use crate::engine::segment::{BadSegment, Segment};
use crate::engine::text::{from_address, to_address};
use crate::engine::{Commit, ExpectedRevision, LogId, Store, Write};
use crate::formats::ndjson::{self, Rest};
use crate::formats::{Format, Head};

/// The longest packed log that is handed out, in letters: common chat and mail programs cut longer links.
pub const LONGEST: usize = 8_000;
/// Events that are packed to see whether they are too many already; next time twice as many.
const BEGINNING: u64 = 1024;
/// The longest that is read: it unpacks to 4 MiB at most, so a stranger's link can't keep the page busy.
const LONGEST_READ: usize = 1 << 16;

impl Lab {
    /// All events of a log in letters for an address; [`open_packed`](Self::open_packed) reads them.
    ///
    /// Some 14 letters an event, most of them the chance in its id. More than [`LONGEST`] letters are refused; that a
    /// long log has more, its beginning tells already.
    pub fn packed(&self, log: LogId) -> Result<String, No> {
        let door = self.log(log)?;
        let all = door.store().len();
        let mut events = all.min(BEGINNING);
        loop {
            let text = beginning(log, door.store(), events);
            match text.len() {
                letters if letters > LONGEST => return Err(too_long(letters, events < all)),
                _ if events == all => return Ok(text),
                _ => events = all.min(2 * events),
            }
        }
    }

    /// Opens what a link holds as a copy in memory, judged as a file would be. A link may come from anyone.
    pub fn open_packed(&self, world: &str, text: &str) -> Result<LogId, No> {
        let name = self.log(self.resolve(world)?)?.world();
        let bytes = if text.len() > LONGEST_READ { Err(BadSegment::TooMuch) } else { from_address(text) };
        let segment = bytes.and_then(|bytes| Segment::unpack(&bytes)).map_err(|why| No::bad_input(told(&why)))?;
        let writes = segment.commits.into_iter().flat_map(|commit| commit.writes);
        let events: Vec<_> = writes.flat_map(|write| write.events).collect();
        if events.iter().fold(Link::genesis(segment.log), Link::then) != segment.head {
            return Err(No::bad_input(told(&BadSegment::Damaged)));
        }
        // Written down and read again it meets every check that a file meets.
        let head = Head { world: name, log: segment.log, events: events.len() as u64, rest: &Rest::default() };
        let text = ndjson::write(&head, events);
        let judged = self.judge_as(name, Some(Format::Ndjson), &text)?;
        let Some(copy) = judged.log else { return Err(No::bad_input(judged.reasons.concat())) };
        Ok(self.put(copy))
    }
}

/// The first events of a log in letters.
fn beginning(log: LogId, store: &Store, events: u64) -> String {
    let events: Vec<_> = (0..events).filter_map(|position| store.event(position)).collect();
    let before = Link::genesis(log);
    let head = events.iter().fold(before, Link::then);
    let writes = events.chunk_by(|event, next| event.stream == next.stream).map(|run| Write {
        stream: run[0].stream.clone(),
        expected: ExpectedRevision::Any,
        events: run.to_vec(),
    });
    let commits = vec![Commit { log, writes: writes.collect(), tracking: None }];
    to_address(&Segment { log, before, head, commits }.pack())
}

fn too_long(letters: usize, is_beginning: bool) -> No {
    No::bad_input(format!(
        "The link would be {}{} letters long, and many chat and mail programs cut one of more than {}. Export the log \
         and send the file instead.",
        if is_beginning { "more than " } else { "" },
        counted(letters),
        counted(LONGEST)
    ))
}

/// Why a link holds no log, for whoever was sent it.
fn told(why: &BadSegment) -> &'static str {
    match why {
        BadSegment::Foreign | BadSegment::Malformed(_) => "It holds no log.",
        BadSegment::Damaged | BadSegment::Letter(_) => "It was cut short or changed on its way. Ask for it again.",
        BadSegment::Newer(_) => "It was made by a newer Daybook. Reload this page to get that one.",
        BadSegment::TooMuch => "It holds more than a link may.",
    }
}

/// What lies beside a log and is in no link, in a sentence; empty if there is nothing.
///
/// ```
/// use daybook::lab::{beside::Mark, packed::left_out};
/// let lunch = Mark::Bookmark { at: 3, name: "lunch".to_owned() };
/// let all = [lunch.clone(), Mark::Note { position: 3, text: "cash".to_owned() }, lunch];
/// assert_eq!(left_out(&all[..1]), "1 bookmark is not in it: export the log to send that too.");
/// assert_eq!(left_out(&all), "2 bookmarks and 1 note are not in it: export the log to send them too.");
/// assert_eq!(left_out(&[]), "");
/// ```
pub fn left_out(marks: &[Mark]) -> String {
    let bookmarks = marks.iter().filter(|mark| matches!(mark, Mark::Bookmark { .. })).count();
    let some = |count: usize, one: &str| match count {
        0 => None,
        1 => Some(format!("1 {one}")),
        count => Some(format!("{} {one}s", counted(count))),
    };
    let all: Vec<_> =
        [some(bookmarks, "bookmark"), some(marks.len() - bookmarks, "note")].into_iter().flatten().collect();
    let (are, them) = if marks.len() == 1 { ("is", "that") } else { ("are", "them") };
    match all.join(" and ").as_str() {
        "" => String::new(),
        all => format!("{all} {are} not in it: export the log to send {them} too."),
    }
}

/// A number as people read it: `1,234`.
pub fn counted(number: usize) -> String {
    match number / 1000 {
        0 => number.to_string(),
        thousands => format!("{},{:03}", counted(thousands), number % 1000),
    }
}
