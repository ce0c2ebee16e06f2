//! What must hold of a log, given what was asked and what was answered.

use std::collections::HashMap;

use serde::Deserialize;
use uuid::Uuid;

/// A request, and what became of it as far as the tabs knew.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The ids of its events.
    pub ids: Vec<Uuid>,
    /// The revision that it continues, where it named one; -1 before the first.
    pub after: Option<i64>,
    /// What was answered.
    pub outcome: Outcome,
}

/// What was answered to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was recorded, its last event at this position.
    Acked(u64),
    /// It was not.
    Refused,
    /// Nothing, or nothing certain.
    Unanswered,
}

/// An event as it was read in the end; what else it has is of no concern here.
#[derive(Clone, Debug, Deserialize)]
pub struct Read {
    /// Its id.
    pub id: Uuid,
    /// Its stream.
    pub stream: String,
    /// Its number in the stream.
    pub revision: u64,
    /// Its number in the log.
    pub position: u64,
}

/// Something that must not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// An event was acknowledged and is not there.
    Lost(Uuid),
    /// An event is there more than once.
    Doubled(Uuid),
    /// A request was refused and its event is there.
    RefusedButThere(Uuid),
    /// Some events of a request are there and others are not, or they do not follow each other.
    Torn(Uuid),
    /// An event is at another position than was answered.
    Misplaced(Uuid),
    /// An event continues another revision than its request expected.
    Overtook(Uuid),
    /// Nobody asked for this event.
    Foreign(Uuid),
    /// The position that should have come at this place is another.
    Position(u64),
    /// A stream has another revision where this one should be.
    Revision(String, u64),
    /// What a tab said contradicts something else.
    Said(String),
}

/// How much may be missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whole {
    /// Nothing: only tabs ended.
    All,
    /// The end: the browser was killed, and what is left must be a whole beginning.
    Beginning,
}

/// All that is wrong with a log.
pub fn check(wanted: &[Wanted], log: &[Read], whole: Whole) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut places: HashMap<Uuid, Vec<&Read>> = HashMap::new();
    for event in log {
        places.entry(event.id).or_default().push(event);
    }
    numbers(log, &mut problems);
    for request in wanted {
        let found: Vec<_> = request.ids.iter().map(|id| places.remove(id).unwrap_or_default()).collect();
        for (id, found) in request.ids.iter().zip(&found) {
            if found.len() > 1 {
                problems.push(Problem::Doubled(*id));
            }
            match request.outcome {
                Outcome::Acked(last) if found.is_empty() && (whole == Whole::All || last < log.len() as u64) => {
                    problems.push(Problem::Lost(*id));
                }
                Outcome::Refused if !found.is_empty() => problems.push(Problem::RefusedButThere(*id)),
                _ => {}
            }
        }
        let first: Vec<_> = found.iter().filter_map(|found| found.first().copied()).collect();
        one_commit(request, &first, &mut problems);
    }
    // In the order of the log, so that two runs can be compared.
    problems.extend(log.iter().filter(|event| places.contains_key(&event.id)).map(|event| Problem::Foreign(event.id)));
    problems
}

/// Neither positions nor the revisions of a stream have a gap.
fn numbers(log: &[Read], problems: &mut Vec<Problem>) {
    let mut revisions: HashMap<&str, u64> = HashMap::new();
    for (position, event) in (0..).zip(log) {
        if event.position != position {
            problems.push(Problem::Position(position));
        }
        let next = revisions.entry(&event.stream).or_default();
        if event.revision != *next {
            problems.push(Problem::Revision(event.stream.clone(), *next));
        }
        *next += 1;
    }
}

/// What was asked at once is there at once, where it was said to be.
fn one_commit(request: &Wanted, found: &[&Read], problems: &mut Vec<Problem>) {
    let (Some(first), Some(last)) = (found.first(), found.last()) else { return };
    let follow = found.windows(2).all(|pair| pair[1].position == pair[0].position + 1);
    if found.len() < request.ids.len() || !follow {
        return problems.push(Problem::Torn(first.id));
    }
    if let Outcome::Acked(position) = request.outcome
        && last.position != position
    {
        problems.push(Problem::Misplaced(last.id));
    }
    if request.after.is_some_and(|after| i64::try_from(first.revision) != Ok(after + 1)) {
        problems.push(Problem::Overtook(first.id));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u128) -> Uuid {
        Uuid::from_u128(n)
    }

    fn read(n: u128, stream: &str, revision: u64, position: u64) -> Read {
        Read { id: id(n), stream: stream.into(), revision, position }
    }

    fn wanted(ids: &[u128], after: Option<i64>, outcome: Outcome) -> Wanted {
        Wanted { ids: ids.iter().copied().map(id).collect(), after, outcome }
    }

    /// A sound log of four requests: two acknowledged, one refused, one without an answer.
    fn sound() -> (Vec<Wanted>, Vec<Read>) {
        let wanted = vec![
            wanted(&[1, 2], Some(-1), Outcome::Acked(1)),
            wanted(&[3], None, Outcome::Acked(2)),
            wanted(&[4], Some(1), Outcome::Refused),
            wanted(&[5], Some(1), Outcome::Unanswered),
        ];
        let log = vec![read(1, "a", 0, 0), read(2, "a", 1, 1), read(3, "b", 0, 2), read(5, "a", 2, 3)];
        (wanted, log)
    }

    #[test]
    fn a_sound_log_has_no_problem() {
        let (wanted, mut log) = sound();
        assert_eq!(check(&wanted, &log, Whole::All), []);
        log.pop();
        assert_eq!(check(&wanted, &log, Whole::All), [], "what was not answered need not be there");
    }

    /// (what is broken, how, what must be found)
    type Broken = (&'static str, fn(&mut Vec<Read>), Problem);

    #[test]
    fn every_break_is_found() {
        let broken: [Broken; 10] = [
            ("an acknowledged event is gone", |log| drop(log.remove(2)), Problem::Lost(id(3))),
            ("all are gone", Vec::clear, Problem::Lost(id(1))),
            ("an event is there twice", |log| log.push(read(3, "b", 1, 4)), Problem::Doubled(id(3))),
            ("an unanswered one is there twice", |log| log.push(read(5, "a", 3, 4)), Problem::Doubled(id(5))),
            ("a refused one is there", |log| log.push(read(4, "a", 3, 4)), Problem::RefusedButThere(id(4))),
            ("half of a commit is there", |log| drop(log.remove(1)), Problem::Torn(id(1))),
            ("two changed places", |log| log.swap(2, 3), Problem::Position(2)),
            ("nobody asked for it", |log| log.push(read(6, "c", 0, 4)), Problem::Foreign(id(6))),
            ("a revision is missing", |log| log[3].revision = 3, Problem::Revision("a".into(), 2)),
            ("it was not the revision expected", |log| log[3].revision = 3, Problem::Overtook(id(5))),
        ];
        for (what, breaks, problem) in broken {
            let (wanted, mut log) = sound();
            breaks(&mut log);
            let found = check(&wanted, &log, Whole::All);
            assert!(found.contains(&problem), "{what}: {found:?}");
        }
        let (mut wanted, log) = sound();
        wanted[1].outcome = Outcome::Acked(7);
        assert_eq!(check(&wanted, &log, Whole::All), [Problem::Misplaced(id(3))]);
    }

    #[test]
    fn after_a_killed_browser_only_the_end_may_be_missing() {
        let (wanted, log) = sound();
        for left in 0..=log.len() {
            let torn = if left == 1 { vec![Problem::Torn(id(1))] } else { vec![] };
            let found: Vec<_> = check(&wanted, &log[..left], Whole::Beginning);
            let found: Vec<_> = found.into_iter().filter(|problem| *problem != Problem::Lost(id(2))).collect();
            assert_eq!(found, torn, "{left} events are left");
        }
        let mut holed = log;
        holed.remove(2);
        assert!(check(&wanted, &holed, Whole::Beginning).contains(&Problem::Lost(id(3))));
    }
}
