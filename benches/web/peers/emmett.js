// emmett's event store in memory, used as its documentation does: https://event-driven-io.github.io/emmett/

import { CommandHandler, getInMemoryEventStore, STREAM_DOES_NOT_EXIST } from "@event-driven-io/emmett";
import * as plain from "../plain.js";

// The workload as emmett has it: a version counts a stream's events, and the store makes the ids.
export const messages = (given) =>
  given.map(({ stream, expected, event: { type, data, recordedAt, actor } }) => ({
    stream,
    expectedStreamVersion: expected < 0 ? STREAM_DOES_NOT_EXIST : BigInt(expected + 1),
    event: { type, data, metadata: { recordedAt, actor, schemaVersion: 1 } },
  }));

export async function append(messages) {
  const store = getInMemoryEventStore();
  for (const { stream, event, expectedStreamVersion } of messages) {
    await store.appendToStream(stream, [event], { expectedStreamVersion });
  }
  return store;
}

// Each account's state by itself, copied at each event, as the documentation does.
export async function replay(store, streams) {
  const view = plain.emptyView();
  for (const stream of streams) {
    const { state } = await store.aggregateStream(stream, { evolve, initialState: () => EMPTY });
    view.accounts.set(stream, state);
    view.total += state.balance;
    for (const [type, count] of Object.entries(state.counts)) view.counts[type] += count;
  }
  return view;
}

const EMPTY = { isOpen: false, balance: 0, counts: plain.NO_COUNTS };

function evolve(state, { type, data }) {
  const counts = { ...state.counts, [type]: state.counts[type] + 1 };
  switch (type) {
    case "AccountOpened":
      return { ...state, isOpen: true, owner: data.owner, number: data.number, counts };
    case "MoneyDeposited":
      return { ...state, balance: state.balance + data.amount, counts };
    case "MoneyWithdrawn":
      return { ...state, balance: state.balance - data.amount, counts };
    default:
      return state;
  }
}

// All streams into one view that is written over, which is quicker and seldom done.
export async function replayByHand(store, streams) {
  const view = plain.emptyView();
  const evolve = (view, { type, data, metadata }) => plain.evolve(view, { type, data, stream: metadata.streamName });
  for (const stream of streams) await store.aggregateStream(stream, { evolve, initialState: () => view });
  return view;
}

// Whole commands: read the stream, decide, append.
export async function command(messages) {
  const store = getInMemoryEventStore();
  const handle = CommandHandler({ evolve, initialState: () => EMPTY });
  for (const { stream, event } of messages) await handle(store, stream, (state) => decide(state, event));
  return store;
}

function decide({ isOpen, balance }, wished) {
  if (isOpen === (wished.type === "AccountOpened")) throw new Error("an account is opened once, and then used");
  if (wished.type === "MoneyWithdrawn" && wished.data.amount > balance) throw new Error("not enough is there");
  return wished;
}
