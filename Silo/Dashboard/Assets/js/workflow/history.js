// The history, event by event; each opens to all that is stored of it.
import { h, replace } from "../dom.js";
import { count, exactTime, timeText } from "../format.js";
import { json, payloadOf } from "./payload.js";
import { summaryOf } from "./summaries.js";

const PAGE = 200;
const PAYLOADS = ["input", "result", "arguments", "details"];

/** The table of events; `choose(command)` narrows it to those of one command, `readOn` fills what is left out of it. */
export function historyTable(run, readOn) {
  const body = h("tbody");
  const note = h("p", { class: "quiet", role: "status" });
  const more = h("p", { class: "buttons" });
  const open = new Set();
  const rows = new Map();
  let command = null;
  let shownOf = PAGE;

  const search = h("input", {
    type: "search",
    id: "history-search",
    placeholder: "type, name or number",
    oninput: () => draw(),
  });
  const newest = h("input", { type: "checkbox", id: "newest-first", onchange: () => draw() });
  const element = h(
    "section",
    { class: "card history", "aria-labelledby": "history-title", id: "history" },
    h(
      "div",
      { class: "head" },
      h("h2", { id: "history-title", tabindex: "-1" }, "History"),
      h("label", {}, "Find ", search),
      h("label", {}, newest, " newest first"),
    ),
    note,
    h(
      "table",
      { class: "events" },
      h("caption", { class: "unseen" }, "Events of the history"),
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          ["#", "Time", "Event", "What"].map((t) => h("th", { scope: "col" }, t)),
        ),
      ),
      body,
    ),
    more,
  );

  function matching() {
    const text = search.value.trim().toLowerCase();
    const found = run.events.filter(
      (e) =>
        (command === null || commandsOf(e.event).includes(command)) &&
        (text === "" || String(e.sequence) === text || `${e.type} ${summaryOf(e.event)}`.toLowerCase().includes(text)),
    );
    return newest.checked ? found.reverse() : found;
  }

  function draw() {
    const found = matching();
    const shown = found.slice(0, shownOf);
    replace(
      body,
      shown.map((e) => rowOf(e, open, rows)),
    );
    replace(
      note,
      command !== null
        ? [
            `Only the ${found.length} events of #${command}. `,
            h(
              "button",
              { type: "button", class: "small", data: { key: "all-events" }, onclick: () => choose(null) },
              "Show all events",
            ),
          ]
        : `${count(run.description.historyLength)} events${
            run.gap ? `; ${count(run.gap.from)} to ${count(run.gap.to)} are left out` : ""
          }`,
    );
    replace(
      more,
      found.length > shown.length
        ? h(
            "button",
            {
              type: "button",
              data: { key: "more" },
              onclick: () => {
                shownOf += PAGE * 5;
                draw();
              },
            },
            `Show more (${count(found.length - shown.length)} are left)`,
          )
        : null,
      run.gap ? h("button", { type: "button", data: { key: "gap" }, onclick: readOn }, "Read on in what is left out") : null,
    );
  }

  function choose(next) {
    command = next;
    shownOf = PAGE;
    draw();
    if (next !== null) {
      element.scrollIntoView({ block: "start" });
      element.querySelector("h2").focus({ preventScroll: true });
    }
  }

  draw();
  return { element, draw, choose };
}

/** The commands that an event is about. */
const commandsOf = (event) => [event.command, event.child, event.compensates, event.saga].filter((n) => n !== undefined);

function rowOf(e, open, rows) {
  if (rows.has(e.sequence)) return rows.get(e.sequence);
  const details = h(
    "details",
    {
      open: open.has(e.sequence),
      ontoggle() {
        if (details.open) {
          open.add(e.sequence);
          if (details.childElementCount === 1) details.append(detailsOf(e.event));
        } else {
          open.delete(e.sequence);
        }
      },
    },
    h("summary", { data: { key: `event-${e.sequence}` } }, summaryOf(e.event) || "as stored"),
  );
  const row = h(
    "tr",
    { class: e.type },
    h("td", { class: "number" }, String(e.sequence)),
    h("td", {}, h("time", { datetime: e.time, title: exactTime(e.time) }, timeText(e.time))),
    h("td", { class: "type" }, e.type),
    h("td", { class: "what" }, details),
  );
  rows.set(e.sequence, row);
  return row;
}

function detailsOf(event) {
  const parts = [];
  for (const name of PAYLOADS) {
    const value = event[name];
    if (value === undefined) continue;
    const values = Array.isArray(value) ? value : [value];
    parts.push(
      h("dt", {}, name),
      h("dd", {}, values.length === 0 ? h("span", { class: "quiet" }, "none") : values.map(payloadOf)),
    );
  }
  const rest = Object.fromEntries(Object.entries(event).filter(([name]) => !PAYLOADS.includes(name) && name !== "type"));
  parts.push(h("dt", {}, "all else"), h("dd", {}, json(rest)));
  return h("dl", { class: "event" }, parts);
}
