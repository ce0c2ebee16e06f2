// Starts the program without an inline script, which the page's security policy forbids.
//
// The build gives the program's files new names with every change and preloads them in <head>; those two links are the
// only place where the names stand. Their addresses are absolute here, so this works below any path. Both files are
// under way already, and the wasm is compiled while it arrives.

// For the console: `await daybook.ready`, then the calls that the program adds.
globalThis.daybook = { ready: new Promise((ready) => addEventListener("daybook-ready", ready, { once: true })).then(() => {}) };

const script = document.querySelector("link[rel=modulepreload]").href;
const wasm = document.querySelector("link[rel=preload][as=fetch]").href;

const program = await import(script);
await program.default({ module_or_path: wasm });
