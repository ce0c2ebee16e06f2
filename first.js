// Runs before the first paint, so that nothing jumps once the program is there: which view the address asks for, and
// whether a log is stored already. `src/ui/frame.rs` keeps these words up to date from then on.

const { classList, dataset } = document.documentElement;
dataset.view = location.hash.startsWith("#/lab/") ? "lab" : "page";
classList.toggle("is-embedded", /[?&]embed\b/.test(location.hash));
try {
  const isFresh = /[?&]fresh\b/.test(location.hash);
  classList.toggle("has-events", !isFresh && Object.keys(localStorage).some((key) => /^daybook\/[12]\/\w+\/[0-9a-f-]{36}\//.test(key)));
} catch {
  // A browser that lets nothing be stored has no log either.
}
