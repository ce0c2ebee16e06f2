// Starts the program without an inline script, which the page's security policy forbids.
//
// The build gives the program's files new names with every change and preloads them in <head>; those two links are the
// only place where the names stand. Their addresses are absolute here, so this works below any path. Both files are
// under way already, and the wasm is compiled while it arrives.

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
$("crash-reload").addEventListener("click", () => location.reload());

try {
  if (!globalThis.WebAssembly) throw new Error("it has no WebAssembly, or does not allow it");
  const script = document.querySelector("link[rel=modulepreload]").href;
  const wasm = document.querySelector("link[rel=preload][as=fetch]").href;
  const program = await import(script);
  await program.default({ module_or_path: wasm });
} catch (error) {
  const said = $("cannot-start");
  said.textContent = `The demo can't start in this browser: ${error?.message ?? error}. You can read on below. To try it, reload the page, or open it in a current browser.`;
  said.hidden = false;
}
