// Starts the program without an inline script, which the page's security policy forbids.
//
// The build gives the program's files new names with every change and names those of its first part in two <meta>; the
// second part is fetched by the program (src/ui/behind.rs). All addresses are relative, so this works below any path.

// For the console: `await daybook.ready`, then the calls that the program adds.
globalThis.daybook = { ready: new Promise((ready) => addEventListener("daybook-ready", ready, { once: true })).then(() => {}) };

const $ = (id) => document.getElementById(id);

// A panic has told its story already (src/browser/crash.rs). Whatever else stops the program is told here.
addEventListener("error", ({ error }) => {
  if (globalThis.WebAssembly && error instanceof WebAssembly.RuntimeError) breakOff(String(error));
});

function breakOff(what) {
  if (!$("crash").hidden) return;
  $("crash-what").textContent = what;
  $("crash").hidden = false;
  $("crash-title").focus();
}
// The page behind the sheet is dead.
new MutationObserver(() => {
  for (const part of document.body.children) part.inert = part.id !== "crash" && !$("crash").hidden;
}).observe($("crash"), { attributeFilter: ["hidden"] });
$("crash-reload").addEventListener("click", () => location.reload());

const named = (name) => new URL(document.querySelector(`meta[name=${name}]`).content, document.baseURI).href;

// What can be read comes first. A tab that nobody looks at is never painted and need not wait.
const painted = () => new Promise((painted) => {
  if (document.visibilityState === "hidden") painted();
  else requestAnimationFrame(() => setTimeout(painted));
});

try {
  if (!globalThis.WebAssembly) throw new Error("it has no WebAssembly, or does not allow it");
  await painted();
  // Both at once; the wasm is compiled while it arrives.
  const wasm = fetch(named("program-wasm"));
  const program = await import(named("program"));
  await program.default({ module_or_path: wasm });
} catch (error) {
  const said = $("cannot-start");
  said.textContent = `The demo can't start in this browser: ${error?.message ?? error}. You can read on below. To try it, reload the page, or open it in a current browser.`;
  said.hidden = false;
}
