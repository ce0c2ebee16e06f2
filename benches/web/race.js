// Contestants take turns, so that a busy machine is busy for all of them.

const WARM_UP = 3;
export const ROUNDS = 11;

// Milliseconds a run of each contestant, round by round. A contestant is { prepare, run, times, ends }: `prepare` is not
// timed, and `run` gets what it gives; `times` runs are timed together where one is too short. `ends` says in numbers what
// the first run ended with, and all contestants must end with the same.
export async function race(contestants) {
  const times = {};
  let expected;
  for (let round = -WARM_UP; round < ROUNDS; round += 1) {
    for (const [name, { prepare, run, times: count = 1, ends }] of Object.entries(contestants)) {
      const prepared = prepare?.();
      const start = performance.now();
      let end;
      for (let nth = 0; nth < count; nth += 1) {
        end = run(prepared);
        if (end instanceof Promise) end = await end;
      }
      const time = (performance.now() - start) / count;
      if (round === -WARM_UP && ends) {
        const found = await ends(end, prepared);
        same((expected ??= found), found, name);
      }
      prepared?.free?.();
      if (round >= 0) (times[name] ??= []).push(time);
    }
    await new Promise((done) => setTimeout(done));
  }
  return times;
}

export function same(expected, found, who) {
  const differs = expected.length !== found.length || expected.findIndex((figure, nth) => figure !== found[nth]) >= 0;
  if (differs) throw new Error(`${who} ended with ${found}, and not with ${expected}`);
}

export const median = (numbers) => quantile(numbers, 0.5);

export function quantile(numbers, share) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

// How many times as long `slow` took as `fast`: the median over rounds, each round compared with itself.
export const ratio = (slow, fast) => median(slow.map((time, round) => time / fast[round]));
