// What an expert gets out of JavaScript: numbers in typed arrays, and amounts with their sign.

import { NO_COUNTS } from "./plain.js";

const KINDS = Object.keys(NO_COUNTS);
const ACCOUNTS = 100;

const emptyLog = () => ({
  length: 0,
  streams: new Uint32Array(1024),
  kinds: new Uint8Array(1024),
  amounts: new Float64Array(1024),
  times: new Float64Array(1024),
  ids: [],
  data: [],
  revisions: new Int32Array(ACCOUNTS).fill(-1),
});

export function logOf(numbered) {
  const log = emptyLog();
  for (const { account, expected, kind, amount, event } of numbered) append(log, account, expected, kind, amount, event);
  return log;
}

function append(log, stream, expected, kind, amount, { id, data, recordedAt }) {
  if (log.revisions[stream] !== expected) throw new Error(`${stream} was expected at ${expected}`);
  if (log.length === log.streams.length) grow(log);
  log.streams[log.length] = stream;
  log.kinds[log.length] = kind;
  log.amounts[log.length] = amount;
  log.times[log.length] = recordedAt;
  log.ids.push(id);
  log.data.push(data);
  log.revisions[stream] += 1;
  log.length += 1;
}

function grow(log) {
  for (const name of ["streams", "kinds", "amounts", "times"]) {
    const column = log[name];
    log[name] = new column.constructor(2 * column.length);
    log[name].set(column);
  }
}

export function replay({ length, streams, kinds, amounts }) {
  const balances = new Float64Array(ACCOUNTS);
  const counts = new Uint32Array(KINDS.length);
  for (let position = 0; position < length; position += 1) {
    balances[streams[position]] += amounts[position];
    counts[kinds[position]] += 1;
  }
  return { balances, total: balances.reduce((total, balance) => total + balance, 0), counts };
}

export const figures = ({ balances, total, counts }) => [...balances, total, ...counts];

// Names as numbers, which an expert's events have from the beginning.
export function numbered({ account, expected, event }) {
  const amount = event.data.amount ?? 0;
  const kind = KINDS.indexOf(event.type);
  return { account, expected, kind, amount: event.type === "MoneyWithdrawn" ? -amount : amount, event };
}
