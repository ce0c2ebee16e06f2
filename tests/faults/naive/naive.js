// What a store must not be: each tab reads the log from localStorage, adds to it and writes it back. It has every check
// and loses events all the same, since tabs do not see each other's writes in time. The harness is tried on it: it must
// find the losses.

const read = () => JSON.parse(localStorage.getItem("naive") ?? "[]");

function no(name, message) {
  return Object.assign(new Error(message), { name });
}

globalThis.daybook = {
  ready: Promise.resolve(),
  async append(log, stream, expected, events) {
    const all = read();
    const known = all.findLast(({ id }) => id === events.at(-1).id);
    if (known) return { position: known.position, revision: known.revision };
    let revision = all.filter((event) => event.stream === stream).length - 1;
    const holds = expected === "any" || (expected === "noStream" ? revision === -1 : revision === expected);
    if (!holds) throw no("WrongExpectedRevision", `expected ${expected}, found ${revision}`);
    for (const { id, type, data } of events) {
      revision += 1;
      all.push({ id, stream, revision, position: all.length, type, data });
    }
    localStorage.setItem("naive", JSON.stringify(all));
    return { position: all.length - 1, revision };
  },
  async dispatch(log, { type, accountId, ...data }, { commandId = crypto.randomUUID() } = {}) {
    const stream = `account-${accountId ?? commandId}`;
    const { position } = await daybook.append(log, stream, "any", [{ id: commandId, type, data }]);
    return { events: [{ id: commandId, stream }], position };
  },
  readAll: async () => read(),
  verify: async () => ({ ok: true, events: read().length }),
  stats: async () => ({ thisTabWrites: true }),
};
