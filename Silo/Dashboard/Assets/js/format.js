// Times, spans and sizes as people read them.
import { h } from "./dom.js";

const pad = (n, width = 2) => String(n).padStart(width, "0");

const clock = (t) => `${pad(t.getHours())}:${pad(t.getMinutes())}:${pad(t.getSeconds())}`;

// Histories write "never" where the API has the last moment that there is.
const isNever = (t) => Number.isNaN(t.getTime()) || t.getFullYear() > 9000;

/** A time of the reader's own clock: without the day where it is today. */
export function timeText(value) {
  const t = new Date(value);
  if (isNever(t)) return "never";
  const isToday = t.toDateString() === new Date().toDateString();
  return isToday ? clock(t) : `${t.getFullYear()}-${pad(t.getMonth() + 1)}-${pad(t.getDate())} ${clock(t)}`;
}

/** The same with the day and the milliseconds, in UTC. */
export const exactTime = (value) => {
  const t = new Date(value);
  return isNever(t) ? "never" : t.toISOString().replace("T", " ");
};

/** A time as an element; `relative` adds how far it is away, kept true by the page's beat. */
export function timeOf(value, { relative = false } = {}) {
  if (value === null || value === undefined) return h("span", { class: "quiet" }, "–");
  const t = new Date(value);
  if (isNever(t)) return h("span", {}, "never");
  const element = h("time", { datetime: t.toISOString(), title: exactTime(t) }, timeText(t));
  if (!relative) return element;
  return h(
    "span",
    {},
    element,
    " ",
    h("span", { class: "quiet", data: { relative: String(t.getTime()) } }, relativeText(t.getTime())),
  );
}

/** How far a time is away, in words. */
export function relativeText(at, now = Date.now()) {
  const away = at - now;
  return away >= 0 ? `(in ${span(away)})` : `(${span(-away)} ago)`;
}

/** A span of milliseconds. */
export function span(milliseconds) {
  const ms = Math.max(0, milliseconds);
  if (ms < 1) return `${ms === 0 ? "0" : ms.toPrecision(2)} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const s = ms / 1000;
  if (s < 10) return `${s.toFixed(1)} s`;
  if (s < 60) return `${Math.round(s)} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${pad(Math.floor(s % 60))} s`;
  if (s < 86400) return `${Math.floor(s / 3600)} h ${pad(Math.floor((s % 3600) / 60))} min`;
  return `${Math.floor(s / 86400)} d ${pad(Math.floor((s % 86400) / 3600))} h`;
}

/** Seconds, or a dash. */
export const seconds = (value) => (value === null || value === undefined ? "–" : span(value * 1000));

const grouped = new Intl.NumberFormat("en");

/** A whole number with its groups parted. */
export const count = (n) => grouped.format(n);

/** A number of bytes. */
export function bytes(n) {
  if (n < 1024) return `${n} B`;
  if (n < 1 << 20) return `${(n / 1024).toFixed(1)} KB`;
  if (n < 1 << 30) return `${(n / (1 << 20)).toFixed(1)} MB`;
  return `${(n / (1 << 30)).toFixed(2)} GB`;
}

/** `continuedAsNew` as `continued as new`. */
export const words = (name) => name.replace(/([A-Z])/g, (c) => ` ${c.toLowerCase()}`).trim();

/** A rate a second. */
export function rate(perSecond) {
  if (perSecond === null || perSecond === undefined) return "–";
  if (perSecond === 0) return "0";
  return perSecond >= 100 ? count(Math.round(perSecond)) : perSecond >= 10 ? perSecond.toFixed(1) : perSecond.toFixed(2);
}

/** A status as a pill: words and a sign, never colour alone. */
export function statusPill(status) {
  const signs = {
    running: "▸",
    completed: "✓",
    failed: "✕",
    canceled: "⊘",
    terminated: "■",
    timedOut: "⧖",
    stalled: "!",
    continuedAsNew: "↻",
  };
  return h(
    "span",
    { class: `pill ${status}` },
    h("span", { "aria-hidden": "true" }, signs[status] ?? "·"),
    ` ${words(status)}`,
  );
}

/** Keeps the relative times of the page true; the one beat that the page has, and it asks nobody. */
export function beat() {
  const now = Date.now();
  for (const e of document.querySelectorAll("[data-relative]")) {
    const text = relativeText(Number(e.dataset.relative), now);
    if (e.textContent !== text) e.textContent = text;
  }
}
