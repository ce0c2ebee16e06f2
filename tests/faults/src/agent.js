// Stands in each page under test: asks the test's host what to do, does it by the console API, and tells the answer at
// once. An answer that has left the page counts, whatever becomes of the page afterwards.

const tab = Number(new URLSearchParams(location.search).get("tab"));
const page = crypto.randomUUID();
// How many requests a tab has in flight.
const SLOTS = 3;

const pause = (ms) => new Promise((over) => setTimeout(over, ms));

// `keepalive` lets a report outlive its page; it has a bound on its length that whole logs are beyond.
async function tell(path, words, keepalive) {
  for (;;) {
    try {
      const body = JSON.stringify({ tab, page, ...words });
      return await (await fetch(`faults/${path}`, { method: "POST", body, keepalive })).json();
    } catch {
      // The host is busy or has gone; with it, the page goes too.
      await pause(100);
    }
  }
}

async function call({ id, call, args }) {
  try {
    return { id, ok: await (own[call] ?? daybook[call])(...args) ?? null };
  } catch (error) {
    return { id, no: { name: error?.name ?? "?", message: error?.message ?? String(error) } };
  }
}

// What the host asks of the page itself.
const own = {
  grow: (bytes) => { globalThis.grown = new Uint8Array(bytes).fill(1); },
  reload: () => { setTimeout(() => location.reload()); },
  close: () => { setTimeout(() => close()); },
  ids: async (log) => (await daybook.readAll(log)).map(({ id }) => id),
  // Leaves that many units of storage, as far as this tab can tell.
  fill: (left) => {
    let size = 1 << 22, text = "";
    while (size >= 1) {
      try { localStorage.setItem("faults", text + "x".repeat(size)); text += "x".repeat(size); } catch { size /= 2; }
    }
    localStorage.setItem("faults", text.slice(0, Math.max(0, text.length - left)));
    return text.length;
  },
  empty: () => { localStorage.removeItem("faults"); },
  // Records so many deposits one after the other: when each was asked for, answered, and which position it has.
  write: async (log, accountId, times) => {
    const written = [];
    for (let nth = 0; nth < times; nth += 1) {
      const asked = Date.now();
      const { position } = await daybook.dispatch(log, { type: "Deposit", accountId, amount: 1 });
      written.push({ position, asked, answered: Date.now() });
      await pause(30);
    }
    return written;
  },
  // When this tab first showed each event, up to so many.
  watch: async (log, until) => {
    const seen = [];
    while (seen.length < until) {
      const { events } = await daybook.cursor(log);
      const now = Date.now();
      while (seen.length < events) seen.push(now);
      await pause(1);
    }
    return seen;
  },
};

async function slot() {
  let said = null;
  for (;;) {
    const next = await tell("work", { said }, true);
    said = null;
    if (next.id === undefined) await pause(20);
    else said = shortly(await call(next));
  }
}

// The host knows what it asked for.
const shortly = ({ id, ok, no }) => ({ id, no, ok: ok && { position: ok.position, revision: ok.revision } });

async function errands() {
  let said = null, writes = false, looked = -Infinity;
  for (;;) {
    // It counts all that is stored, so not at every turn.
    if (performance.now() - looked > 300) {
      writes = (await daybook.stats().catch(() => null))?.thisTabWrites ?? false;
      looked = performance.now();
    }
    const next = await tell("errand", { said, writes }, false);
    said = null;
    if (next.id === undefined) await pause(100);
    else said = await call(next);
  }
}

if (tab) {
  addEventListener("pagehide", () => navigator.sendBeacon("faults/gone", JSON.stringify({ tab, page })));
  while (!globalThis.daybook?.ready) await pause(10);
  await daybook.ready;
  // Without a graphics card, drawing the page takes most of the time; what is tried here is not what is drawn.
  document.body.style.setProperty("display", "none", "important");
  errands();
  for (let nth = 0; nth < SLOTS; nth += 1) slot();
}
