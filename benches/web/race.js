// Contestants take turns, so that a busy machine is busy for all of them.

const WARM_UP = 3;
export const ROUNDS = 11;

// Milliseconds a run of each contestant, round by round. A contestant is a function, or { prepare, run, times }:
// `prepare` is not timed, and `run` gets what it gives; `times` runs are timed together where one is too short.
export async function race(contestants) {
  const times = {};
  for (let round = -WARM_UP; round < ROUNDS; round += 1) {
    for (const [name, contestant] of Object.entries(contestants)) {
      const { prepare, run, times: count = 1 } = typeof contestant === "function" ? { run: contestant } : contestant;
      const prepared = prepare?.();
      const start = performance.now();
      for (let nth = 0; nth < count; nth += 1) run(prepared);
      const time = (performance.now() - start) / count;
      prepared?.free?.();
      if (round >= 0) (times[name] ??= []).push(time);
    }
    await new Promise((done) => setTimeout(done));
  }
  return times;
}

export const median = (numbers) => quantile(numbers, 0.5);

export function quantile(numbers, share) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

// How many times as long `slow` took as `fast`: the median over rounds, each round compared with itself.
export const ratio = (slow, fast) => median(slow.map((time, round) => time / fast[round]));
