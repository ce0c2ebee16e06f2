// What is measured, in the order in which it runs: memory first, while the page is new.

import * as plain from "./plain.js";
import * as typed from "./typed.js";
import { median, quantile, race, ratio } from "./race.js";

// The build names the program's files in two links, as for the lab itself.
const { default: start, ...program } = await import(document.querySelector("link[rel=modulepreload]").href);
const wasm = await start({ module_or_path: document.querySelector("link[rel=preload][as=fetch]").href });
const { Appends, Commands, Log } = program;

const MILLION = 1_000_000;
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

async function replay(events) {
  const log = new Log(events);
  const given = plain.workload(events);
  const objects = plainLog(given).events;
  const columns = typedLog(given);
  const contestants = {
    plain: { run: () => plain.replay(objects), times: times(events, 1) },
    typed: { run: () => typed.replay(columns), times: times(events, 20) },
    evolve: { run: () => log.replay_by_evolve(), times: times(events, 5) },
    sums: { run: () => log.replay_by_sums(), times: times(events, 20) },
  };
  const raced = await race(contestants);
  const expected = plain.figures(plain.replay(objects));
  same(expected, log.replay_by_evolve());
  same(expected, log.replay_by_sums());
  same(expected, typed.figures(typed.replay(columns)));
  log.free();

  const rate = (name) => perSecond(events, raced[name]);
  const times_ = (name) => ratio(raced.plain, raced[name]);
  const size = events.toExponential().replace("+", "");
  return [
    row("P1", `replay of ${size}: plain JavaScript, objects and reduce`, rate("plain")),
    row("P1", `replay of ${size}: JavaScript with typed arrays`, `${rate("typed")}, ${over(times_("typed"))}`),
    row("P1a", `replay of ${size} by \`evolve\``, `${rate("evolve")}, ${over(times_("evolve"))}`, ">= 4x", times_("evolve") >= 4),
    row("P1b", `replay of ${size} by the additive view`, `${rate("sums")}, ${over(times_("sums"))}`, ">= 10x", times_("sums") >= 10),
  ];
}

async function append() {
  const events = 100_000;
  const given = plain.workload(events);
  const numbered = given.map(typed.numbered);
  const appends = new Appends(0, 0, events);
  const raced = await race({
    plain: { run: () => plainLog(given), times: 2 },
    typed: { run: () => typedLog(given, numbered), times: 5 },
    store: { run: () => appends.append_anew(), times: 5 },
  });
  appends.free();
  const rate = (name) => perSecond(events, raced[name]);
  const times_ = (name) => ratio(raced.plain, raced[name]);
  return [
    row("P3", "append of 1e5, a call an event: plain JavaScript, push and check", rate("plain")),
    row("P3", "append of 1e5: JavaScript with typed arrays", `${rate("typed")}, ${over(times_("typed"))}`),
    row("P3", "append of 1e5: `Store::append`", `${rate("store")}, ${over(times_("store"))}`, ">= 3x", times_("store") >= 3),
  ];
}

async function command() {
  const commands = 1000;
  const raced = await race({ dispatch: { prepare: () => new Commands(), run: (lab) => lab.dispatch(commands), times: 10 } });
  return [row("P3b", "a whole command: words, decision, hash, journal in memory, views", perSecond(commands, raced.dispatch))];
}

async function flat() {
  const raced = await race({
    small: { prepare: () => new Appends(10, 10_000, 10_000), run: (appends) => appends.append() },
    large: { prepare: () => new Appends(1, MILLION, 100_000), run: (appends) => appends.append() },
  });
  const share = ratio(raced.small, raced.large);
  const rates = `${perSecond(100_000, raced.large)} after 1e6, ${perSecond(100_000, raced.small)} after 1e4`;
  return [row("P4", "append stays flat, in memory", `${rates}: ${share.toFixed(2)}`, ">= 0.8", share >= 0.8)];
}

async function seek() {
  const sizes = [10_000, MILLION];
  const logs = sizes.map((events) => new Log(events));
  const events = plainLog(plain.workload(MILLION)).events;
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
    same(accounts, [...logs[1].seek(moment, 1)].slice(0, accounts.length));
  }
  const raced = await race({ plain: () => plain.replay(events.slice(0, MILLION / 2)) });
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

function plainLog(given) {
  const log = plain.emptyLog();
  for (const { stream, expected, event } of given) plain.append(log, stream, expected, event);
  return log;
}

function typedLog(given, numbered = given.map(typed.numbered)) {
  const log = typed.emptyLog();
  for (const { account, expected, kind, amount, event } of numbered) typed.append(log, account, expected, kind, amount, event);
  return log;
}

// Runs that are timed together, so that even a short replay takes many ticks of the clock.
const times = (events, atMillion) => Math.ceil((atMillion * MILLION) / events);

function same(expected, found) {
  const differs = expected.length !== found.length || expected.findIndex((figure, nth) => figure !== found[nth]) >= 0;
  if (differs) throw new Error(`expected ${expected}, found ${found}`);
}

const row = (id, what, figure, bar = "", met = undefined) => ({ id, what, figure, bar, met });
const over = (times) => `${times.toFixed(1)}x`;
const perSecond = (events, times) => {
  const rate = (1000 * events) / median(times);
  return rate >= 1e6 ? `${(rate / 1e6).toFixed(rate >= 1e8 ? 0 : 1)} M/s` : `${(rate / 1e3).toFixed(0)} k/s`;
};

window.measures = { memory, replay1e6: () => replay(MILLION), append, command, flat, seek };
