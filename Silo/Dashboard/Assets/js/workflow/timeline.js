// Draws the timeline: a row for each thing that took time, a bar for each attempt.
import { h, replace } from "../dom.js";
import { exactTime, span, words } from "../format.js";
import { toWorkflow } from "../routes.js";
import { timelineOf } from "./timeline-model.js";

const FEW = 200;
const LEAST = 0.25;
const TICKS = 5;
const STATES = { open: "under way", notNeeded: "not needed", ready: "registered" };

/** The timeline of a run; `choose(command)` is told which row was chosen. */
export function timeline(run, choose) {
  const list = h("ol", { class: "rows" });
  const axis = h("div", { class: "axis", "aria-hidden": "true" });
  const more = h("p", { class: "buttons" });
  const note = h("span", { class: "quiet" });
  let scale = "time";
  let all = false;
  let rows = [];
  let placed = [];
  let toX = () => 0;

  const scales = h(
    "fieldset",
    { class: "choice" },
    h("legend", { class: "unseen" }, "Scale"),
    ["time", "steps"].map((name) =>
      h(
        "label",
        {},
        h("input", {
          type: "radio",
          name: "scale",
          value: name,
          checked: name === scale,
          onchange: () => {
            scale = name;
            draw();
          },
        }),
        name === "time" ? "by time" : "by steps",
      ),
    ),
  );
  const element = h(
    "section",
    { class: "card timeline", "aria-labelledby": "timeline-title" },
    h("div", { class: "head" }, h("h2", { id: "timeline-title" }, "Timeline"), note, scales),
    axis,
    list,
    more,
  );

  function draw() {
    rows = timelineOf(run.events);
    const shown = all ? rows : rows.slice(0, FEW);
    placed = [];
    replace(
      list,
      shown.map((row) => rowOf(run, row, choose, placed)),
    );
    replace(
      more,
      rows.length > shown.length
        ? h(
            "button",
            {
              type: "button",
              data: { key: "all-rows" },
              onclick: () => {
                all = true;
                draw();
              },
            },
            `Show all ${rows.length} rows`,
          )
        : null,
    );
    note.textContent = scale === "steps" ? "each event takes one step" : "";
    place();
  }

  /** Puts everything where it belongs; what lasts grows. */
  function place() {
    const now = Date.now();
    const isOpen = !run.description.closedAt;
    toX = scale === "time" ? byTime(rows, isOpen ? now : null) : bySteps(rows, isOpen ? now : null);
    for (const { element: e, from, to } of placed) {
      const left = toX(from);
      e.style.setProperty("left", `${left}%`);
      if (to !== undefined) e.style.setProperty("width", `${Math.max(LEAST, toX(to ?? (isOpen ? now : from)) - left)}%`);
    }
    replace(axis, ticks(rows, scale, isOpen ? now : null));
  }

  draw();
  return { element, draw, place };
}

function rowOf(run, row, choose, placed) {
  const track = h("span", { class: "track" });
  for (const bar of row.bars) {
    const e = h("span", { class: `bar ${bar.state}`, title: barTitle(bar) });
    placed.push({ element: e, from: bar.from, to: bar.to });
    track.append(e);
  }
  for (const mark of row.marks) {
    const e = h("span", { class: "mark", title: `${mark.text} ${exactTime(mark.at)}` });
    placed.push({ element: e, from: mark.at });
    track.append(e);
  }
  const attempts = Math.max(0, ...row.bars.map((b) => b.attempt ?? 0));
  const took = tookOf(row);
  const name = [
    h("span", { class: `kind ${row.kind}` }, row.kind),
    h("span", { class: "label" }, row.label),
    row.command ? h("span", { class: "quiet command" }, `#${row.command}`) : null,
  ];
  const said = [
    attempts > 1 ? `${attempts} attempts` : null,
    row.kind === "signal" ? `${row.marks.length}×` : null,
    STATES[row.state] ?? words(row.state),
    took === null ? null : span(took),
  ]
    .filter(Boolean)
    .join(", ");
  return h(
    "li",
    { class: `row ${row.state}` },
    h(
      "span",
      { class: "what" },
      row.command
        ? h(
            "button",
            {
              type: "button",
              class: "pick",
              data: { key: row.key },
              title: "Show its events",
              onclick: () => choose(row.command),
            },
            name,
          )
        : h("span", { class: "pick" }, name),
      row.link
        ? h(
            "a",
            {
              href: toWorkflow(row.link.namespace, row.link.id, row.link.run),
              "aria-label": `Open workflow ${row.link.id}`,
            },
            "open",
          )
        : null,
    ),
    track,
    h("span", { class: "said" }, said, row.failure ? h("span", { class: "bad" }, ` ${row.failure.message}`) : null),
  );
}

function tookOf(row) {
  const first = row.bars[0]?.from;
  const last = row.bars.at(-1)?.to;
  return first === undefined || last === null || last === undefined ? null : last - first;
}

function barTitle(bar) {
  const parts = [bar.attempt ? `attempt ${bar.attempt}` : null, words(bar.state), `from ${exactTime(bar.from)}`];
  if (bar.to !== null) parts.push(`to ${exactTime(bar.to)}, ${span(bar.to - bar.from)}`);
  if (bar.due) parts.push(`due ${exactTime(bar.due)}`);
  if (bar.note) parts.push(bar.note);
  return parts.filter(Boolean).join("; ");
}

function times(rows, now) {
  const found = [];
  for (const row of rows) {
    for (const bar of row.bars) found.push(bar.from, bar.to ?? now ?? bar.from);
    for (const mark of row.marks) found.push(mark.at);
  }
  if (now !== null) found.push(now);
  return found.filter((t) => Number.isFinite(t));
}

function bounds(rows, now) {
  let [first, last] = [Infinity, -Infinity];
  for (const t of times(rows, now)) {
    if (t < first) first = t;
    if (t > last) last = t;
  }
  return first === Infinity ? [0, 1] : [first, Math.max(last, first + 1)];
}

function byTime(rows, now) {
  const [first, last] = bounds(rows, now);
  return (t) => Math.min(100, Math.max(0, ((t - first) / (last - first)) * 100));
}

// Each moment at which something happened has the same room: days of sleep do not squash the seconds of work.
function bySteps(rows, now) {
  const steps = [...new Set(times(rows, now))].sort((a, b) => a - b);
  const at = new Map(steps.map((t, i) => [t, steps.length > 1 ? (i / (steps.length - 1)) * 100 : 0]));
  return (t) => at.get(t) ?? (t < steps[0] ? 0 : 100);
}

function ticks(rows, scale, now) {
  if (scale !== "time") return [];
  const [first, last] = bounds(rows, now);
  return h(
    "div",
    { class: "ticks" },
    Array.from({ length: TICKS + 1 }, (_, i) =>
      h("span", { style: { left: `${(i / TICKS) * 100}%` } }, i === 0 ? "0" : span(((last - first) * i) / TICKS)),
    ),
  );
}
