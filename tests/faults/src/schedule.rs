//! What the tabs are asked, and what they answered. The agent of a page (agent.js) has a few slots; each asks for work,
//! does it and tells the answer, and takes the next with the same call.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    time::{Duration, Instant},
};

use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    check::{Outcome, Problem, Wanted},
    dice::Dice,
};

/// The log that is written to.
pub const LOG: &str = "bank";
/// The "no" that stays true: revisions only grow.
const OVERTAKEN: &str = "WrongExpectedRevision";
/// A "no" that says for certain that nothing was recorded. Any other leaves it open, and it is asked again.
const CERTAIN: [&str; 6] = [OVERTAKEN, "Refused", "JournalFull", "ReadOnly", "BadInput", "JournalUnreadable"];
/// After so long a request in a living tab is asked of another too.
const SLOW: Duration = Duration::from_secs(15);

/// The number of a tab; none is used twice.
pub type TabId = u32;

/// What a page tells.
#[derive(Debug, Deserialize)]
pub struct Told {
    /// Which tab it stands in.
    pub tab: TabId,
    /// Drawn anew each time the tab is loaded.
    pub page: Uuid,
    /// The answer to what it was asked before.
    #[serde(default)]
    pub said: Option<Said>,
    /// Whether this tab writes.
    #[serde(default)]
    pub writes: bool,
}

/// An answer of the console API.
#[derive(Clone, Debug, Deserialize)]
pub struct Said {
    id: usize,
    #[serde(default)]
    ok: Value,
    no: Option<No>,
}

/// A "no" of the console API.
#[derive(Clone, Debug, Deserialize)]
pub struct No {
    /// Its kind.
    pub name: String,
    /// Its sentence.
    pub message: String,
}

/// A tab as far as it has been heard.
#[derive(Clone, Debug, Default)]
pub struct Tab {
    /// The page that spoke last.
    pub page: Option<Uuid>,
    /// Whether it said that it writes.
    pub writes: bool,
    /// Whether its page has said that it goes.
    pub is_gone: bool,
}

/// Something asked of the page itself, or of the console API, once.
#[derive(Debug)]
struct Errand {
    tab: TabId,
    ask: Option<(String, Value)>,
    answer: Option<Result<Value, No>>,
}

struct Request {
    call: &'static str,
    args: Value,
    ids: Vec<Uuid>,
    stream: Option<usize>,
    after: Option<i64>,
    acked: Option<u64>,
    /// The last certain "no".
    refused: Option<String>,
    open: usize,
    has_lost_attempts: bool,
}

struct Attempt {
    request: usize,
    tab: TabId,
    page: Uuid,
    asked: Instant,
    is_over: bool,
    is_slow: bool,
}

/// How often each thing happened.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    /// Requests asked again, since their tab ended or said nothing for long.
    pub resent: usize,
    /// Requests asked once more although they had been answered.
    pub repeated: usize,
    /// Each kind of "no".
    pub refusals: BTreeMap<String, usize>,
    /// Requests that a living tab did not answer for long.
    pub slow: usize,
}

/// All that was asked and answered so far.
pub struct Schedule {
    dice: Dice,
    /// The revision that each shared stream has at least; -1 before its first event.
    streams: Vec<i64>,
    account: Option<String>,
    left: usize,
    is_paused: bool,
    requests: Vec<Request>,
    attempts: Vec<Attempt>,
    again: VecDeque<usize>,
    errands: Vec<Errand>,
    /// All tabs that were not ended by the test.
    pub tabs: BTreeMap<TabId, Tab>,
    /// When each acknowledgement was heard, and of which request.
    pub acked: Vec<(Instant, usize)>,
    /// What tabs said that can't be.
    pub problems: Vec<Problem>,
    /// How often each thing happened.
    pub counts: Counts,
    /// Where tabs go that wait: the address by seat.
    pub seats: HashMap<usize, String>,
}

impl Schedule {
    /// A schedule of so many requests to so many shared streams.
    pub fn new(seed: u64, streams: usize, requests: usize) -> Self {
        Self {
            dice: Dice::new(seed),
            streams: vec![-1; streams],
            account: None,
            left: requests,
            is_paused: true,
            requests: Vec::new(),
            attempts: Vec::new(),
            again: VecDeque::new(),
            errands: Vec::new(),
            tabs: BTreeMap::new(),
            acked: Vec::new(),
            problems: Vec::new(),
            counts: Counts::default(),
            seats: HashMap::new(),
        }
    }

    /// Lets tabs begin, or makes them wait.
    pub fn pause(&mut self, is_paused: bool) {
        self.is_paused = is_paused;
    }

    /// No more requests than those that were asked already.
    pub fn no_more(&mut self) {
        self.left = 0;
    }

    /// How many requests have an answer.
    pub fn answered(&self) -> usize {
        self.requests.iter().filter(|request| request.acked.is_some() || request.refused.is_some()).count()
    }

    /// Whether every request was asked and answered for certain.
    pub fn is_done(&self) -> bool {
        self.left == 0 && self.again.is_empty() && self.requests.iter().all(|request| request.open == 0)
    }

    /// Opens an account by a command whose id is known beforehand.
    pub fn account_command(&mut self) -> (Uuid, Value) {
        let id = self.dice.id();
        (id, json!([LOG, { "type": "OpenAccount", "owner": "Ada" }, { "commandId": id }]))
    }

    /// The account that was opened, if it was.
    pub fn account(&self) -> Option<String> {
        self.account.clone()
    }

    /// Takes the account that was opened.
    pub fn account_is_open(&mut self, id: Uuid, recorded: &Value) {
        let stream = recorded["events"][0]["stream"].as_str().unwrap_or_default();
        self.account = Some(stream.trim_start_matches("account-").to_owned());
        let position = recorded["position"].as_u64();
        if position.is_none() {
            self.problems.push(Problem::Said(format!("no account was opened: {recorded}")));
        }
        self.requests.push(Request { ids: vec![id], acked: position, ..Request::new("dispatch", Value::Null) });
        self.acked.push((Instant::now(), 0));
    }

    /// Takes what a slot of a page tells, and gives what it is asked next.
    pub fn work(&mut self, told: Told) -> Value {
        self.hear(told.tab, told.page);
        if let Some(said) = told.said {
            self.answer(said);
        }
        let is_there = self.tabs.get(&told.tab).is_some_and(|tab| tab.page == Some(told.page));
        if self.is_paused || !is_there {
            return json!({});
        }
        self.ask_the_slow_again();
        let Some(nth) = self.next() else { return json!({}) };
        let request = &mut self.requests[nth];
        request.open += 1;
        let asks = json!({ "id": self.attempts.len(), "call": request.call, "args": request.args });
        let (tab, page) = (told.tab, told.page);
        self.attempts.push(Attempt { request: nth, tab, page, asked: Instant::now(), is_over: false, is_slow: false });
        asks
    }

    /// Takes what a page tells of an errand, and gives it the next.
    pub fn errand(&mut self, told: Told) -> Value {
        self.hear(told.tab, told.page);
        if let Some(said) = told.said
            && let Some(errand) = self.errands.get_mut(said.id)
        {
            errand.answer = Some(said.no.map_or(Ok(said.ok), Err));
        }
        if let Some(tab) = self.tabs.get_mut(&told.tab) {
            tab.writes = told.writes;
        }
        let mut waiting = self.errands.iter_mut().enumerate().filter(|(_, errand)| errand.tab == told.tab);
        let next = waiting.find_map(|(id, errand)| Some((id, errand.ask.take()?)));
        next.map_or_else(|| json!({}), |(id, (call, args))| json!({ "id": id, "call": call, "args": args }))
    }

    /// Sends a tab on an errand; the number is for [`errand_answer`](Self::errand_answer).
    pub fn send(&mut self, tab: TabId, call: &str, args: Value) -> usize {
        self.errands.push(Errand { tab, ask: Some((call.to_owned(), args)), answer: None });
        self.errands.len() - 1
    }

    /// What came of an errand.
    pub fn errand_answer(&mut self, errand: usize) -> Option<Result<Value, No>> {
        self.errands.get_mut(errand)?.answer.take()
    }

    /// A page says that it goes.
    pub fn gone(&mut self, told: &Told) {
        if let Some(tab) = self.tabs.get_mut(&told.tab)
            && tab.page == Some(told.page)
        {
            tab.is_gone = true;
        }
    }

    /// A tab was ended: what it had in flight is asked again from others.
    pub fn ended(&mut self, tab: TabId) {
        self.tabs.remove(&tab);
        self.lose(|attempt| attempt.tab == tab);
    }

    /// What was asked, for the check.
    pub fn wanted(&self) -> Vec<Wanted> {
        let outcome = |request: &Request| match (request.acked, &request.refused) {
            (Some(position), _) => Outcome::Acked(position),
            // A first attempt whose tab was ended may be recorded late, unless its revision has passed for good.
            (None, Some(no)) if request.open == 0 && (!request.has_lost_attempts || no == OVERTAKEN) => {
                Outcome::Refused
            }
            (None, _) => Outcome::Unanswered,
        };
        let wanted =
            |request: &Request| Wanted { ids: request.ids.clone(), after: request.after, outcome: outcome(request) };
        self.requests.iter().map(wanted).collect()
    }

    fn hear(&mut self, tab: TabId, page: Uuid) {
        let Some(known) = self.tabs.get_mut(&tab) else { return };
        if known.page != Some(page) {
            *known = Tab { page: Some(page), ..Tab::default() };
            self.lose(|attempt| attempt.tab == tab && attempt.page != page);
        }
    }

    /// Attempts that will have no answer any more.
    fn lose(&mut self, are_lost: impl Fn(&Attempt) -> bool) {
        for attempt in self.attempts.iter_mut().filter(|attempt| !attempt.is_over && are_lost(attempt)) {
            attempt.is_over = true;
            let request = &mut self.requests[attempt.request];
            request.open -= 1;
            request.has_lost_attempts = true;
            if request.acked.is_none() {
                self.again.push_back(attempt.request);
            }
        }
    }

    fn ask_the_slow_again(&mut self) {
        let slow = self.attempts.iter_mut().filter(|attempt| !attempt.is_over && !attempt.is_slow);
        for attempt in slow.filter(|attempt| attempt.asked.elapsed() > SLOW) {
            attempt.is_slow = true;
            self.counts.slow += 1;
            if self.requests[attempt.request].acked.is_none() {
                self.again.push_back(attempt.request);
            }
        }
    }

    fn answer(&mut self, said: Said) {
        let Some(attempt) = self.attempts.get_mut(said.id) else { return };
        let nth = attempt.request;
        let request = &mut self.requests[nth];
        if !attempt.is_over {
            attempt.is_over = true;
            request.open -= 1;
        }
        let Some(no) = said.no else {
            let Some(position) = said.ok["position"].as_u64() else {
                return self.problems.push(Problem::Said(format!("an answer without a position: {}", said.ok)));
            };
            let revision = said.ok["revision"].as_i64();
            if let (Some(stream), Some(revision)) = (request.stream, revision) {
                self.streams[stream] = self.streams[stream].max(revision);
            }
            match request.acked.replace(position) {
                None => self.acked.push((Instant::now(), nth)),
                Some(before) if before == position => {}
                Some(before) => {
                    self.problems.push(Problem::Said(format!("request {nth} is at {before}, then at {position}")));
                }
            }
            return;
        };
        *self.counts.refusals.entry(no.name.clone()).or_default() += 1;
        if CERTAIN.contains(&no.name.as_str()) {
            if request.acked.is_some() && no.name != "ReadOnly" && no.name != "JournalFull" {
                self.problems.push(Problem::Said(format!("request {nth} was recorded, then refused: {}", no.message)));
            }
            request.refused = Some(no.name);
        } else if request.acked.is_none() {
            request.has_lost_attempts = true;
            self.again.push_back(nth);
        }
    }

    /// The next request to be asked: one without an answer, now and then one that was answered, or a new one.
    fn next(&mut self) -> Option<usize> {
        while let Some(nth) = self.again.pop_front() {
            if self.requests[nth].acked.is_none() {
                self.counts.resent += 1;
                return Some(nth);
            }
        }
        if self.left == 0 {
            return None;
        }
        if self.acked.len() > 1 && self.dice.percent(5) {
            let (_, nth) = *self.dice.one_of(&self.acked[1..])?;
            self.counts.repeated += 1;
            return Some(nth);
        }
        self.left -= 1;
        let request = self.new_request();
        self.requests.push(request);
        Some(self.requests.len() - 1)
    }

    fn new_request(&mut self) -> Request {
        let n = self.requests.len();
        if let Some(account) = self.account.clone().filter(|_| self.dice.percent(15)) {
            let id = self.dice.id();
            let deposit = json!({ "type": "Deposit", "accountId": account, "amount": n + 1 });
            let args = json!([LOG, deposit, { "commandId": id }]);
            return Request { ids: vec![id], ..Request::new("dispatch", args) };
        }
        let stream = self.dice.below(self.streams.len());
        let ids: Vec<_> = (0..=self.dice.below(3)).map(|_| self.dice.id()).collect();
        let events: Vec<_> = ids.iter().map(|id| json!({ "id": id, "type": "Noted", "data": { "n": n } })).collect();
        let after = (!self.dice.percent(35)).then_some(self.streams[stream]);
        let expected = match after {
            None => json!("any"),
            Some(-1) => json!("noStream"),
            Some(revision) => json!(revision),
        };
        let args = json!([LOG, format!("note-{stream}"), expected, events]);
        Request { ids, after, stream: Some(stream), ..Request::new("append", args) }
    }
}

impl Request {
    fn new(call: &'static str, args: Value) -> Self {
        Self {
            call,
            args,
            ids: Vec::new(),
            stream: None,
            after: None,
            acked: None,
            refused: None,
            open: 0,
            has_lost_attempts: false,
        }
    }
}
