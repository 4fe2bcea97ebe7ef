// Values of the application. They are data: shown as text, whatever is in them.
import { h } from "../dom.js";
import { bytes } from "../format.js";

const LONG = 20_000;

/** A payload of a history (`{json}` or `{base64, headers}`). */
export function payloadOf(payload) {
  if (payload === null || payload === undefined) return h("span", { class: "quiet" }, "nothing");
  if ("json" in payload) return json(payload.json);
  return binary(payload.base64 ?? "", payload.headers ?? {});
}

/** A value as the API gives it: JSON, or `{$payload}` where it is none. */
export function valueOf(value) {
  const wrapped = value && typeof value === "object" && Object.keys(value).length === 1 ? value.$payload : undefined;
  return wrapped ? binary(wrapped.data ?? "", wrapped.headers ?? {}) : json(value);
}

/** JSON, set out. */
export function json(value) {
  const text = JSON.stringify(value, null, 2) ?? "nothing";
  if (text.length <= LONG) return h("pre", { class: "value", tabindex: "0" }, text);
  const pre = h("pre", { class: "value", tabindex: "0" }, `${text.slice(0, LONG)} …`);
  const all = h(
    "button",
    {
      type: "button",
      class: "small",
      onclick: () => {
        pre.textContent = text;
        all.remove();
      },
    },
    `Show all ${bytes(text.length)}`,
  );
  return h("div", {}, pre, all);
}

// What is no JSON is under a codec of the application; it alone can read it. What happens to be text is shown as such.
function binary(base64, headers) {
  const data = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  let text = null;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(data);
  } catch {
    // Bytes, then.
  }
  const about = Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join(", ");
  return h(
    "div",
    {},
    h("p", { class: "quiet" }, `${bytes(data.length)}${about ? ` (${about})` : ""}`),
    h("pre", { class: "value", tabindex: "0" }, text ?? base64.slice(0, LONG)),
  );
}
