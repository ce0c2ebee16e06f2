// What is measured, in the order in which it runs, each in a page of its own.

import * as emmett from "./peers/emmett.js";
import * as redux from "./peers/redux.js";
import * as plain from "./plain.js";
import * as typed from "./typed.js";
import { median, quantile, race, ratio, same } from "./race.js";

// The build names the program's files in two links, as for the lab itself.
const { default: start, ...program } = await import(document.querySelector("link[rel=modulepreload]").href);
const wasm = await start({ module_or_path: document.querySelector("link[rel=preload][as=fetch]").href });
const { Appends, Branches, Commands, Log, Stored } = program;

const MILLION = 1_000_000;
const MANY = 100_000;
const FRAME = 1000 / 120;

async function memory() {
  const before = wasm.memory.buffer.byteLength;
  const log = new Log(MILLION);
  const stored = wasm.memory.buffer.byteLength - before;
  log.follow();
  const followed = wasm.memory.buffer.byteLength - before;
  const own = log.data_bytes() + 24 * MILLION; // data, 16 bytes of id, 8 of time
  const bytes = (whole) => (whole - own) / MILLION;
  log.free();
  return [
    row("P7", "memory an event besides its data, id and time", `${bytes(stored).toFixed(1)} B`, "<= 48 B", bytes(stored) <= 48),
    row("P7", "the same, with the lab's timeline of 1e6 events", `${bytes(followed).toFixed(1)} B`),
  ];
}

async function replayOfAMillion() {
  const given = plain.workload(MILLION);
  const objects = plain.logOf(given).events;
  const columns = typed.logOf(given.map(typed.numbered));
  const { rate, over, times } = await replays(MILLION, {
    plain: { run: () => plain.replay(objects), ends: plain.figures },
    typed: { run: () => typed.replay(columns), times: 20, ends: typed.figures },
  });
  return [
    row("P1", "replay of 1e6: plain JavaScript, objects and reduce", rate("plain")),
    row("P1", "replay of 1e6: JavaScript with typed arrays", `${rate("typed")}, ${over("plain", "typed")}`),
    bar("P1a", "replay of 1e6 by `evolve`", `${rate("evolve")}, ${over("plain", "evolve")}`, times("plain", "evolve"), 4),
    bar("P1b", "replay of 1e6 by the additive view", `${rate("sums")}, ${over("plain", "sums")}`, times("plain", "sums"), 10),
  ];
}

async function replayBesideEmmett() {
  const given = plain.workload(MANY);
  const streams = new Set(given.map(({ stream }) => stream));
  const objects = plain.logOf(given).events;
  const store = await emmett.append(emmett.messages(given));
  const { rate, over, times } = await replays(MANY, {
    plain: { run: () => plain.replay(objects), times: 10, ends: plain.figures },
    emmett: { run: () => emmett.replay(store, streams), ends: plain.figures },
    byHand: { run: () => emmett.replayByHand(store, streams), ends: plain.figures },
  });
  return [
    row("P2", "replay of 1e5: emmett, `aggregateStream` of each account", rate("emmett")),
    row("P2", "the same into one view that is written over", `${rate("byHand")}, ${over("emmett", "byHand")}`),
    row("P2", "replay of 1e5: plain JavaScript", `${rate("plain")}, ${over("emmett", "plain")}`),
    bar("P2a", "replay of 1e5 by `evolve`", `${rate("evolve")}, ${over("emmett", "evolve")}`, times("emmett", "evolve"), 100),
    bar("P2b", "replay of 1e5 by the additive view", `${rate("sums")}, ${over("emmett", "sums")}`, times("emmett", "sums"), 500),
  ];
}

// Both ways of the lab's core beside others.
async function replays(events, others) {
  const log = new Log(events);
  const figures = (found) => found;
  const short = MILLION / events;
  const raced = await race({
    ...others,
    evolve: { run: () => log.replay_by_evolve(), times: 5 * short, ends: figures },
    sums: { run: () => log.replay_by_sums(), times: 20 * short, ends: figures },
  });
  log.free();
  return compare(raced, events);
}

async function append() {
  const given = plain.workload(MANY);
  const numbered = given.map(typed.numbered);
  const messages = emmett.messages(given);
  const streams = new Set(given.map(({ stream }) => stream));
  const appends = new Appends(0, 0, MANY);
  const { rate, over, times } = compare(
    await race({
      plain: { run: () => plain.logOf(given), times: 2, ends: ({ events }) => plain.figures(plain.replay(events)) },
      typed: { run: () => typed.logOf(numbered), times: 5, ends: (log) => typed.figures(typed.replay(log)) },
      emmett: {
        run: () => emmett.append(messages),
        ends: async (store) => plain.figures(await emmett.replay(store, streams)),
      },
      store: { run: () => appends.append_anew(), times: 5, ends: () => appends.append_anew_and_replay() },
      commands: { prepare: () => new Commands(), run: (lab) => lab.dispatch(MANY), ends: (_, lab) => lab.figures() },
    }),
    MANY,
  );
  appends.free();
  return [
    row("P3", "append of 1e5, a call an event: plain JavaScript, push and check", rate("plain")),
    row("P3", "append of 1e5: JavaScript with typed arrays", `${rate("typed")}, ${over("plain", "typed")}`),
    row("P3", "append of 1e5: emmett, `appendToStream`", rate("emmett")),
    bar("P3", "append of 1e5: `Store::append` beside plain JavaScript", `${rate("store")}, ${over("plain", "store")}`, times("plain", "store"), 3),
    bar("P3", "the same beside emmett", over("emmett", "store"), times("emmett", "store"), 200),
    bar(
      "P3b",
      "1e5 whole commands (words, decision, hash, journal in memory, views) beside emmett's append",
      `${rate("commands")}, ${over("emmett", "commands")}`,
      times("emmett", "commands"),
      3,
    ),
  ];
}

// Redux copies the list of all actions at each, and emmett's commands read their stream from its beginning.
async function commandsOfOthers() {
  const events = MANY / 10;
  const given = plain.workload(events);
  const [messages, actions] = [emmett.messages(given), redux.actions(given)];
  const streams = new Set(given.map(({ stream }) => stream));
  const { rate, over } = compare(
    await race({
      emmett: {
        run: () => emmett.command(messages),
        ends: async (store) => plain.figures(await emmett.replay(store, streams)),
      },
      redux: { run: () => redux.dispatch(redux.byToolkit, actions), ends: redux.figures },
      commands: { prepare: () => new Commands(), run: (lab) => lab.dispatch(events), ends: (_, lab) => lab.figures() },
    }),
    events,
  );
  return [
    row("P3b", "1e4 commands: emmett's `CommandHandler`, which reads the stream each time", rate("emmett")),
    row("P3b", "1e4 actions: Redux Toolkit with DevTools' instrument", rate("redux")),
    row("P3b", "1e4 whole commands", `${rate("commands")}, ${over("emmett", "commands")} and ${over("redux", "commands")}`),
  ];
}

async function whatIf() {
  const given = plain.workload(MANY);
  const actions = redux.actions(given);
  const objects = plain.logOf(given).events;
  const middle = MANY / 2;
  const branches = new Branches(MANY);
  const balances = (figures) => figures.slice(0, 100);
  // Redux has one history, so the action is taken in again before each run.
  const toggled = (reducer) => {
    const store = redux.load(reducer, actions);
    let isOut = false;
    return {
      prepare: () => void (isOut && redux.toggle(store, middle)),
      run: () => void (redux.toggle(store, middle), (isOut = true)),
      ends: () => balances(redux.figures(store)),
    };
  };
  const raced = await race({
    plain: {
      run: () => plain.replay(objects.filter((_, nth) => nth !== middle)),
      times: 5,
      ends: (view) => balances(plain.figures(view)),
    },
    toolkit: toggled(redux.byToolkit),
    byHand: toggled(redux.byHand),
    branch: {
      run: () => branches.without(middle).free(),
      times: 10,
      ends: () => branches.without(middle).balances(),
    },
  });
  branches.free();
  const { over, times } = compare(raced, MANY);
  const took = (name) => `${median(raced[name]).toFixed(median(raced[name]) < 10 ? 2 : 0)} ms`;
  return [
    row("P6", "1e5 events without the middle one: Redux Toolkit, DevTools' instrument", took("toolkit")),
    row("P6", "the same, the reducer's copies written by hand", took("byHand")),
    row("P6", "plain JavaScript, filter and reduce; no moment but the last can be looked at", took("plain")),
    bar("P6", "a branch with that edit: all moments of it, and what would be refused", `${took("branch")}, ${over("toolkit", "branch")}`, times("toolkit", "branch"), 1000),
    row("P6", "the same beside the reducer by hand, and plain JavaScript", `${over("byHand", "branch")}, ${over("plain", "branch")}`),
  ];
}

async function flat() {
  const raced = await race({
    small: { prepare: () => new Appends(10, 10_000, 10_000), run: (appends) => appends.append() },
    large: { prepare: () => new Appends(1, MILLION, 100_000), run: (appends) => appends.append() },
  });
  const { rate, times } = compare(raced, MANY);
  const share = times("small", "large");
  const rates = `${rate("large")} after 1e6, ${rate("small")} after 1e4`;
  return [row("P4", "append stays flat, in memory", `${rates}: ${share.toFixed(2)}`, ">= 0.8", share >= 0.8)];
}

async function journal() {
  const COMMITS = 1000;
  const stored = new Stored(50_000 + COMMITS);
  const after = (count) => ({ prepare: () => stored.begin(count), run: () => stored.append(COMMITS) });
  const { rate, times } = compare(await race({ small: after(100), large: after(50_000) }), COMMITS);
  const share = times("small", "large");
  stored.free();
  localStorage.clear();
  const rates = `${rate("large")} after 5e4, ${rate("small")} after 100`;
  return [row("P4", "append stays flat, in localStorage", `${rates}: ${share.toFixed(2)}`, ">= 0.8", share >= 0.8)];
}

async function seek() {
  const sizes = [10_000, MILLION];
  const logs = sizes.map((events) => new Log(events));
  const events = plain.logOf(plain.workload(MILLION)).events;
  logs.forEach((log) => log.follow());
  const moments = logs.map((log) => log.moments(300));
  const taken = sizes.map(() => []);
  const REPEATS = 200; // the page's clock ticks in steps of 0.1 ms
  moments[0].forEach((_, nth) => {
    logs.forEach((log, which) => {
      const start = performance.now();
      log.seek(moments[which][nth], REPEATS);
      taken[which].push((performance.now() - start) / REPEATS);
    });
  });
  for (const moment of moments[1].slice(0, 10)) {
    const accounts = [...plain.replay(events.slice(0, moment)).accounts.values()].map(({ balance }) => balance);
    same(accounts, logs[1].seek(moment, 1).slice(0, accounts.length), "the timeline");
  }
  const raced = await race({ plain: { run: () => plain.replay(events.slice(0, MILLION / 2)) } });
  logs.forEach((log) => log.free());

  const [small, large] = taken;
  const p99 = quantile(large, 0.99);
  const share = (100 * p99) / FRAME;
  const growth = median(large) / median(small);
  const micros = (millis) => `${(1000 * millis).toFixed(1)} µs`;
  return [
    row("P5", "state of all accounts at a random moment of 1e6, p99", `${micros(p99)}, ${share.toFixed(2)} % of a frame`, "<= 1 %", share <= 1),
    row("P5", "the same at 1e6 / at 1e4, medians", `${micros(median(large))} / ${micros(median(small))} = ${growth.toFixed(2)}`, "<= 2", growth <= 2),
    row("P5", "the same by plain JavaScript's reduce, at the middle of 1e6", `${median(raced.plain).toFixed(1)} ms`),
  ];
}

// Rates, and how many times as quick one contestant is as another.
function compare(raced, events) {
  const times = (slow, fast) => ratio(raced[slow], raced[fast]);
  const over = (slow, fast) => `${times(slow, fast).toFixed(times(slow, fast) < 100 ? 1 : 0)}x`;
  return { times, over, rate: (name) => perSecond(events, raced[name]) };
}

const row = (id, what, figure, bar = "", met = undefined) => ({ id, what, figure, bar, met });
const bar = (id, what, figure, times, least) => row(id, what, figure, `>= ${least}x`, times >= least);
const perSecond = (events, times) => {
  const rate = (1000 * events) / median(times);
  return rate >= 1e6 ? `${(rate / 1e6).toFixed(rate >= 1e8 ? 0 : 1)} M/s` : `${(rate / 1e3).toFixed(rate < 1e4 ? 1 : 0)} k/s`;
};

window.measures = {
  memory,
  replayOfAMillion,
  replayBesideEmmett,
  append,
  commandsOfOthers,
  flat,
  journal,
  seek,
  whatIf,
};
