// A tab that was opened early and waits until it is wanted, for a browser that can open none later.

const seat = Number(new URLSearchParams(location.search).get("seat"));
for (;;) {
  const { go } = await (await fetch("seat", { method: "POST", body: JSON.stringify({ seat }) })).json();
  if (go) {
    // Not as a second page of this tab: one that was there alone may be closed by itself.
    location.replace(go);
    break;
  }
  await new Promise((over) => setTimeout(over, 100));
}
