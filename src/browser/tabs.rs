//! The other tabs of this browser: their locks, their messages, and the one that writes.
//!
//! What is said and done is decided in [`peer`](crate::journal::peer); here it is carried out.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, VecDeque};
use std::rc::Rc;

use gloo_timers::callback::Interval;
use gloo_timers::future::TimeoutFuture;
use js_sys::{Array, Function, Object, Promise, Reflect};
use uuid::Uuid;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{BroadcastChannel, Event, MessageEvent, PageTransitionEvent, VisibilityState};

use crate::journal::peer::{Effect, Message, Millis, Peer, Standing, TICK, TabId};
use crate::lab::Lab;
use crate::lab::no::No;
use crate::lab::shared::{Told, Writer};

/// The language in which tabs speak. Whoever speaks another only looks on.
const PROTOCOL: u32 = 3;
/// The lock that the writing tab holds for its life.
const WRITER: &str = "daybook/writer";
/// How long another tab has to answer, where there are no locks. In milliseconds.
const ANSWER: u32 = 300;
const ONLY_ONE: &str = "Daybook is open in another tab, and where pages come without https only one tab can write. \
                        Close that one, then reload.";
/// Said by the writing tab when another asks, where there are no locks. A tab that asks says a number.
const I_DO: f64 = -1.0;

/// This tab among the others. Clones share it.
#[derive(Clone)]
pub struct Tabs(Rc<Inner>);

struct Inner {
    me: TabId,
    lab: Lab,
    locks: JsValue,
    channel: BroadcastChannel,
    peer: RefCell<Peer>,
    /// What resolves the promise of each wish.
    asked: RefCell<HashMap<Uuid, Function>>,
    /// What resolves the promises of those who wait until this tab writes.
    waiting: RefCell<VecDeque<Function>>,
    /// What gives the writer's lock back.
    holds: RefCell<Option<Function>>,
    /// How often the lock was asked for: only the last time counts.
    asks: Cell<u64>,
    /// What lets this tab count no more.
    leaves: RefCell<Option<Function>>,
    is_apart: Cell<bool>,
    changed: Box<dyn Fn()>,
}

/// Joins the other tabs. `changed` is called when [`Tabs::standing`] is another. An error says why this tab can't write.
pub async fn join(lab: &Lab, me: TabId, changed: impl Fn() + 'static) -> Result<Option<Tabs>, String> {
    let unsure = |_| "This browser can't tell whether another tab writes, so this one does not.".to_owned();
    let Some(locks) = locks() else {
        return if nobody_answers().await.map_err(unsure)? { Ok(None) } else { Err(ONLY_ONE.to_owned()) };
    };
    let tabs = Tabs(Rc::new(Inner {
        me,
        lab: lab.clone(),
        locks,
        channel: BroadcastChannel::new("daybook/tabs").map_err(unsure)?,
        peer: RefCell::new(Peer::new(me, now())),
        asked: RefCell::default(),
        waiting: RefCell::default(),
        holds: RefCell::default(),
        asks: Cell::default(),
        leaves: RefCell::default(),
        is_apart: Cell::default(),
        changed: Box::new(changed),
    }));
    tabs.be_a_member().await.map_err(unsure)?;
    tabs.listen();
    lab.share(tabs.clone());
    let effects = tabs.0.peer.borrow_mut().start();
    tabs.carry_out(effects);
    Ok(Some(tabs))
}

impl Tabs {
    /// What this tab is among the others.
    pub fn standing(&self) -> Standing {
        self.0.peer.borrow().standing()
    }

    /// How many tabs are open, this one included.
    pub async fn count(&self) -> usize {
        self.held().await.map_or(1, |held| held.iter().filter(|(name, _)| member(name).is_some()).count())
    }

    /// Lets something happen to this tab's part in the protocol.
    fn happen(&self, what: impl FnOnce(&mut Peer, &mut Lab, Millis) -> Vec<Effect>) {
        let effects = what(&mut self.0.peer.borrow_mut(), &mut self.0.lab.clone(), now());
        self.carry_out(effects);
    }

    fn carry_out(&self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Post(message) => self.post(&message),
                Effect::Query(nth) => self.query(nth),
                Effect::Queue => self.ask_for_lock(false),
                Effect::Steal => self.steal(),
                Effect::Answer(id, text) => {
                    let resolve = self.0.asked.borrow_mut().remove(&id);
                    if let Some(resolve) = resolve {
                        call(&resolve, &text.as_str().into());
                    }
                }
                Effect::Changed => (self.0.changed)(),
            }
        }
        if let Standing::Apart(why) = self.standing()
            && !self.0.is_apart.replace(true)
        {
            self.stand_apart(why);
        }
        // One after another: what the first begins must be done before the next.
        if self.0.peer.borrow().is_idle_leader() {
            let first = self.0.waiting.borrow_mut().pop_front();
            if let Some(resolve) = first {
                call(&resolve, &JsValue::UNDEFINED);
            }
        }
    }

    fn post(&self, message: &Message) {
        let text = serde_json::to_string(&(PROTOCOL, message)).unwrap_or_default();
        // A channel that is closed has nobody to hear.
        let _ = self.0.channel.post_message(&text.into());
    }

    fn hear(&self, text: &str) {
        if let Ok((PROTOCOL, message)) = serde_json::from_str::<(u32, Message)>(text) {
            self.happen(|peer, lab, now| peer.hear(lab, now, message));
        } else {
            self.meet_another_version();
        }
    }

    fn meet_another_version(&self) {
        let why = "Another version of Daybook is open in another tab. Close that one, then reload.";
        self.happen(|peer, lab, _| peer.stand_apart(lab, why.to_owned()));
    }

    /// Neither counts nor writes from now on.
    fn stand_apart(&self, why: String) {
        self.0.channel.close();
        self.0.asks.set(self.0.asks.get() + 1);
        self.release();
        let leaves = self.0.leaves.take();
        if let Some(leave) = leaves {
            call(&leave, &JsValue::UNDEFINED);
        }
        self.0.lab.close(&No::ReadOnly(why));
        for resolve in self.0.asked.take().values().chain(&self.0.waiting.take()) {
            call(resolve, &JsValue::NULL);
        }
    }

    fn listen(&self) {
        let tabs = self.clone();
        let heard = Closure::<dyn Fn(MessageEvent)>::new(move |message: MessageEvent| {
            tabs.hear(&message.data().as_string().unwrap_or_default());
        });
        self.0.channel.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        heard.forget();

        let tabs = self.clone();
        on("storage", move |_| tabs.happen(Peer::stored));
        // A page that comes back from the browser's memory has missed what happened meanwhile.
        on("pageshow", |event| {
            let is_back = event.dyn_ref::<PageTransitionEvent>().is_some_and(PageTransitionEvent::persisted);
            if let Some(window) = web_sys::window().filter(|_| is_back) {
                // A page that can't be reloaded stays as it is.
                let _ = window.location().reload();
            }
        });
        let tabs = self.clone();
        Interval::new(TICK as u32, move || tabs.happen(|peer, lab, now| peer.tick(lab, now, is_visible()))).forget();
    }
}

/// Locks.
impl Tabs {
    async fn be_a_member(&self) -> Result<(), JsValue> {
        let name = format!("daybook/member/{PROTOCOL}/{:08x}", self.0.me);
        let granted = Promise::new(&mut |granted, _| {
            let tabs = self.clone();
            let hold = Closure::once_into_js(move |_: JsValue| {
                call(&granted, &JsValue::UNDEFINED);
                Promise::new(&mut |leave, _| {
                    tabs.0.leaves.replace(Some(leave));
                })
            });
            // A lock that nobody else asks for is granted; a refusal would leave this tab waiting, and reading.
            let _ = request(&self.0.locks, &name, &Object::new(), &hold);
        });
        JsFuture::from(granted).await.map(drop)
    }

    /// Waits for the writer's lock, or takes it from whoever holds it.
    fn ask_for_lock(&self, steals: bool) {
        self.release();
        let nth = self.0.asks.get() + 1;
        self.0.asks.set(nth);
        let tabs = self.clone();
        let granted = Closure::once_into_js(move |_: JsValue| {
            // Asked for again since, in another way: this one is given back at once.
            if tabs.0.asks.get() != nth {
                return Promise::resolve(&JsValue::UNDEFINED);
            }
            let held = Promise::new(&mut |release, _| {
                tabs.0.holds.replace(Some(release));
            });
            tabs.happen(Peer::granted);
            held
        });
        let options = Object::new();
        if steals {
            // Setting a member of a fresh object can't fail.
            let _ = Reflect::set(&options, &"steal".into(), &true.into());
        }
        let asked = request(&self.0.locks, WRITER, &options, &granted);
        let tabs = self.clone();
        spawn_local(async move {
            let ended = match asked {
                Ok(asked) => JsFuture::from(asked).await,
                Err(error) => Err(error),
            };
            if ended.is_err() && tabs.0.asks.get() == nth {
                tabs.0.holds.take();
                tabs.happen(Peer::stolen);
            }
        });
    }

    fn release(&self) {
        let release = self.0.holds.take();
        if let Some(release) = release {
            call(&release, &JsValue::UNDEFINED);
        }
    }

    /// Takes the lock from a tab that is silent, unless that one never learnt this language.
    fn steal(&self) {
        let tabs = self.clone();
        spawn_local(async move {
            let held = tabs.held().await.unwrap_or_default();
            let holder = held.iter().find(|(name, _)| name == WRITER).map(|(_, client)| client);
            let is_member = |of: &String| held.iter().any(|(name, client)| client == of && member(name).is_some());
            if holder.is_none_or(is_member) {
                tabs.ask_for_lock(true);
            } else {
                tabs.meet_another_version();
            }
        });
    }

    fn query(&self, nth: u64) {
        let tabs = self.clone();
        spawn_local(async move {
            // Who can't find out must not go on.
            let held = tabs.held().await.unwrap_or_default();
            let holder = held.iter().find(|(name, _)| name == WRITER).map(|(_, client)| client);
            let own = held.iter().find(|(name, _)| member(name) == Some(tabs.0.me)).map(|(_, client)| client);
            let leads = holder.is_some() && holder == own;
            let alive: Vec<_> = held.iter().filter_map(|(name, _)| member(name)).collect();
            tabs.happen(|peer, lab, now| peer.members(lab, now, nth, &alive, leads));
        });
    }

    /// Every lock that is held on this origin, and by whom.
    async fn held(&self) -> Result<Vec<(String, String)>, JsValue> {
        let query: Function = Reflect::get(&self.0.locks, &"query".into())?.dyn_into()?;
        let asked: Promise = query.call0(&self.0.locks)?.dyn_into()?;
        let held: Array = Reflect::get(&JsFuture::from(asked).await?, &"held".into())?.dyn_into()?;
        let text = |lock: &JsValue, name: &str| Reflect::get(lock, &name.into()).ok()?.as_string();
        Ok(held.iter().filter_map(|lock| Some((text(&lock, "name")?, text(&lock, "clientId")?))).collect())
    }
}

impl Writer for Tabs {
    fn ask(&self, id: Uuid, wish: String) -> Told<String> {
        let tabs = self.clone();
        let answered = Promise::new(&mut |resolve, _| {
            tabs.0.asked.borrow_mut().insert(id, resolve);
        });
        tabs.happen(|peer, lab, now| peer.wish(lab, now, id, wish));
        Box::pin(async move { settled(answered).await.and_then(|answer| answer.as_string().ok_or_else(unsure)) })
    }

    fn lead(&self) -> Told<()> {
        let tabs = self.clone();
        let leads = Promise::new(&mut |resolve, _| tabs.0.waiting.borrow_mut().push_back(resolve));
        tabs.happen(|peer, _, now| peer.take_over(now));
        Box::pin(async move { settled(leads).await.map(drop) })
    }

    fn rewritten(&self) -> Told<()> {
        let tabs = self.clone();
        let id = Uuid::from_u128(js_sys::Math::random().to_bits().into());
        let read = Promise::new(&mut |resolve, _| {
            tabs.0.asked.borrow_mut().insert(id, resolve);
        });
        tabs.happen(|peer, lab, now| peer.rewritten(lab, now, id));
        Box::pin(async move { settled(read).await.map(drop) })
    }
}

async fn settled(promise: Promise) -> Result<JsValue, No> {
    JsFuture::from(promise).await.ok().filter(|told| !told.is_null()).ok_or_else(unsure)
}

fn unsure() -> No {
    No::ReadOnly(
        "This tab can't be sure of what is stored any more. Whether that was recorded, it can't tell. Reload."
            .to_owned(),
    )
}

/// Web Locks, called by name: their bindings are not stable yet. Absent outside a secure context.
fn locks() -> Option<JsValue> {
    let navigator = web_sys::window()?.navigator();
    Reflect::get(&navigator, &"locks".into()).ok().filter(JsValue::is_object)
}

fn request(locks: &JsValue, name: &str, options: &Object, granted: &JsValue) -> Result<Promise, JsValue> {
    let request: Function = Reflect::get(locks, &"request".into())?.dyn_into()?;
    request.call3(locks, &name.into(), options, granted)?.dyn_into()
}

/// The tab that holds a lock of this name for its life.
fn member(name: &str) -> Option<TabId> {
    let of_protocol = name.strip_prefix("daybook/member/")?.strip_prefix(&PROTOCOL.to_string())?;
    TabId::from_str_radix(of_protocol.strip_prefix('/')?, 16).ok()
}

fn call(function: &Function, with: &JsValue) {
    // What resolves a promise does not fail.
    let _ = function.call1(&JsValue::UNDEFINED, with);
}

/// Listens to the window for as long as the page lives.
pub(super) fn on(event: &str, heard: impl Fn(Event) + 'static) {
    let heard = Closure::<dyn Fn(Event)>::new(heard);
    if let Some(window) = web_sys::window() {
        let _ = window.add_event_listener_with_callback(event, heard.as_ref().unchecked_ref());
    }
    heard.forget();
}

fn is_visible() -> bool {
    let document = web_sys::window().and_then(|window| window.document());
    document.is_some_and(|document| document.visibility_state() == VisibilityState::Visible)
}

/// All tabs read the same clock.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "milliseconds since 1970")]
pub fn now() -> Millis {
    js_sys::Date::now() as Millis
}

/// Without locks: asks around with a random number, and answers from now on if nobody did. Of two that ask at once the
/// smaller number wins.
async fn nobody_answers() -> Result<bool, JsValue> {
    let channel = BroadcastChannel::new(WRITER)?;
    let mine = Rc::new(Cell::new(js_sys::Math::random()));
    let beaten = Rc::new(Cell::new(false));
    let hears = {
        let (channel, mine, beaten) = (channel.clone(), mine.clone(), beaten.clone());
        Closure::<dyn Fn(MessageEvent)>::new(move |message: MessageEvent| match message.data().as_f64() {
            Some(theirs) if theirs < mine.get() => beaten.set(true),
            // A channel that is closed has nobody to answer.
            Some(_) if !beaten.get() => drop(channel.post_message(&I_DO.into())),
            Some(_) | None => {}
        })
    };
    channel.set_onmessage(Some(hears.as_ref().unchecked_ref()));
    hears.forget();
    channel.post_message(&mine.get().into())?;
    TimeoutFuture::new(ANSWER).await;
    if beaten.get() {
        channel.close();
    }
    mine.set(I_DO);
    Ok(!beaten.get())
}
