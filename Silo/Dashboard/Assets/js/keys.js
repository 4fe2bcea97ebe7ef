// The keyboard: single keys, and two in a row, wherever nobody types.
import { openDialog } from "./dialogs.js";
import { h } from "./dom.js";

const SEQUENCE = 1200;

let offered = [];
let pending = "";
let pendingAt = 0;

/** Offers keys: `{keys: "g o", text, act}`. Those of a view go with it. */
export function offerKeys(list, { always = false } = {}) {
  offered.push(...list.map((k) => ({ ...k, always })));
}

/** Takes back what the view before offered. */
export function clearKeys() {
  offered = offered.filter((k) => k.always);
}

/** Lists them. */
export function showKeys() {
  openDialog("Keys", (close) => [
    h(
      "dl",
      { class: "keys" },
      offered.map((k) => [
        h(
          "dt",
          {},
          k.keys.split(" ").map((part) => h("kbd", {}, part)),
        ),
        h("dd", {}, k.text),
      ]),
    ),
    h("p", { class: "buttons" }, h("button", { type: "button", onclick: close }, "Close")),
  ]);
}

addEventListener("keydown", (e) => {
  if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing || document.querySelector("dialog[open]")) return;
  if (e.target.closest?.("input, select, textarea, [contenteditable]")) {
    if (e.key === "Escape") e.target.blur();
    return;
  }
  const now = performance.now();
  const keys = pending && now - pendingAt < SEQUENCE ? `${pending} ${e.key}` : e.key;
  pending = "";
  const found = offered.findLast((k) => k.keys === keys);
  if (found) {
    e.preventDefault();
    found.act();
  } else if (offered.some((k) => k.keys.startsWith(`${keys} `))) {
    pending = keys;
    pendingAt = now;
  }
});
