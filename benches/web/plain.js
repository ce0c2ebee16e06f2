// An event store as anyone would write it in an afternoon: an array of objects, and reduce.

const emptyLog = () => ({ events: [], revisions: new Map() });

export function logOf(given) {
  const log = emptyLog();
  for (const { stream, expected, event } of given) append(log, stream, expected, event);
  return log;
}

// Records what the lab's store records. An event that nothing led to is its own cause.
function append(log, stream, expected, { id, type, data, recordedAt, actor }) {
  const actual = log.revisions.get(stream) ?? -1;
  if (actual !== expected) throw new Error(`${stream} was expected at ${expected}, and is at ${actual}`);
  const revision = actual + 1;
  const metadata = { recordedAt, correlationId: id, causationId: id, actor, schemaVersion: 1 };
  log.events.push({ id, stream, revision, position: log.events.length, type, data, metadata });
  log.revisions.set(stream, revision);
}

export function replay(events) {
  return events.reduce(evolve, emptyView());
}

export const emptyView = () => ({ accounts: new Map(), total: 0, counts: { ...NO_COUNTS } });

export const NO_COUNTS = {
  AccountOpened: 0,
  MoneyDeposited: 0,
  MoneyWithdrawn: 0,
  AccountClosed: 0,
  BooksOpened: 0,
  AccountCarriedOver: 0,
};

export function evolve(view, { stream, type, data }) {
  switch (type) {
    case "AccountOpened":
      view.accounts.set(stream, { owner: data.owner, number: data.number, balance: 0 });
      break;
    case "MoneyDeposited":
      view.accounts.get(stream).balance += data.amount;
      view.total += data.amount;
      break;
    case "MoneyWithdrawn":
      view.accounts.get(stream).balance -= data.amount;
      view.total -= data.amount;
      break;
  }
  view.counts[type] += 1;
  return view;
}

// Balances, the ledger's total, and a count for each kind: as the lab's core gives them.
export const figures = ({ accounts, total, counts }) => [
  ...[...accounts.values()].map(({ balance }) => balance),
  total,
  ...Object.values(counts),
];

const ACCOUNTS = 100;
const START = 1_767_258_000_000;

// The same events as benches/workload/mod.rs, ready to be appended.
export function workload(count) {
  let seed = 42;
  const draw = (below) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return (seed >>> 8) % below;
  };
  const balances = new Array(ACCOUNTS).fill(0);
  const revisions = new Array(ACCOUNTS).fill(-1);
  const streams = Array.from({ length: ACCOUNTS }, (_, account) => `account-${account}`);

  return Array.from({ length: count }, (_, nth) => {
    let account = nth, type = "AccountOpened", data = { owner: `Owner ${nth}`, number: `${nth}` };
    if (nth >= ACCOUNTS) {
      account = draw(ACCOUNTS);
      const isDeposit = draw(10) < 6;
      const amount = draw(100_000) + 1;
      const comes = isDeposit || amount > balances[account];
      balances[account] += comes ? amount : -amount;
      type = comes ? "MoneyDeposited" : "MoneyWithdrawn";
      data = { amount };
    }
    const id = `0190a5d0-0000-7000-8000-${nth.toString(16).padStart(12, "0")}`;
    const event = { id, type, data, recordedAt: START + nth, actor: "you" };
    return { stream: streams[account], account, expected: revisions[account]++, event };
  });
}
