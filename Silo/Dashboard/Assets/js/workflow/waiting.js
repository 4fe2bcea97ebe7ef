// Why a run does not go on, in words: the first question of whoever looks at one.
import { h, replace } from "../dom.js";
import { count, seconds, timeOf, words } from "../format.js";
import { toWorkflow } from "../routes.js";

/** The panel of what a run waits for. */
export function waitingPanel(run, types, control) {
  const list = h("ul", { class: "waits" });
  const element = h(
    "section",
    { class: "card why", "aria-labelledby": "waiting-title" },
    h("h2", { id: "waiting-title" }, "Why it waits"),
    list,
  );
  const draw = () => {
    const d = run.description;
    const lines = d.closedAt ? [] : linesOf(run, types(), control);
    element.hidden = lines.length === 0;
    replace(
      list,
      lines.map((line) => h("li", {}, line)),
    );
  };
  draw();
  return { element, draw };
}

function linesOf(run, types, control) {
  const d = run.description;
  const lines = [];
  if (d.stall)
    lines.push([
      h("strong", {}, "Fitting code. "),
      "It is stalled: its code does not fit its history (below). It goes on by " + "itself once code that fits is deployed.",
    ]);
  if (d.cancelRequested) lines.push("Its cancellation was requested; its code may clean up first.");
  if (d.delayedUntil)
    lines.push(["Its first turn, which is delayed until ", timeOf(d.delayedUntil, { relative: true }), "."]);
  for (const a of d.activities) lines.push([activity(run, a), " ", controls(a, control)]);
  for (const t of d.timers)
    lines.push([h("strong", {}, `Timer #${t.command}`), ", due ", timeOf(t.dueAt, { relative: true }), "."]);
  for (const c of d.children) lines.push(child(d, c));
  for (const t of d.tokens)
    lines.push([
      h("strong", {}, `Token “${t.name}”`),
      ` #${t.command}: somebody outside has to complete it, since `,
      timeOf(t.createdAt),
      ".",
    ]);
  for (const u of d.updates) lines.push(`The handler of update “${u.name}” (${u.updateId}) has not finished.`);
  for (const c of d.compensations)
    if (c.state === "Running") lines.push(`Compensation “${c.name}” #${c.command} is being carried out.`);
  for (const text of d.conditions) lines.push(condition(text));
  if (d.status === "running" && (d.conditions.length > 0 || lines.length === 0)) lines.push(message(d, types));
  if (d.deadline) lines.push(["Its timeout ends it at ", timeOf(d.deadline, { relative: true }), " at the latest."]);
  return lines;
}

function activity(run, a) {
  const name = [h("strong", {}, a.type), ` #${a.command}`];
  const of = a.maximumAttempts ? ` of ${a.maximumAttempts}` : "";
  const failed = a.lastFailure ? ` ${lastFailed(a)}` : "";
  if (a.pausedAt)
    return [
      name,
      " is paused since ",
      timeOf(a.pausedAt),
      a.pauseReason ? ` (${a.pauseReason})` : "",
      ": no attempt begins before it is resumed.",
      failed,
    ];
  if (a.retryAt)
    return [name, `:${failed} Attempt ${a.attempt}${of} is due at `, timeOf(a.retryAt, { relative: true }), "."];
  if (a.isOutside)
    return [name, `, attempt ${a.attempt}${of}: its code has handed it on; it ends from outside, by its token.`, failed];
  if (a.host === "nowhere")
    return [name, `, attempt ${a.attempt}${of}: no live silo hosts this activity. It begins once one does.`, failed];
  const limit = a.startToCloseSeconds ? ` An attempt may take ${seconds(a.startToCloseSeconds)}.` : "";
  return [
    name,
    `, attempt ${a.attempt}${of}, is at ${a.host} since `,
    timeOf(since(run, a), { relative: true }),
    `.${limit}`,
    failed,
    a.cancelRequested ? " It was asked to end." : "",
  ];
}

const lastFailed = (a) =>
  `Attempt ${Math.max(1, a.attempt - 1)} failed: ${a.lastFailure.message}${
    a.lastFailure.type ? ` (${a.lastFailure.type})` : ""
  }.`;

// The attempt began with its last event of the history, or when that event said it was due.
function since(run, a) {
  for (let i = run.events.length - 1; i >= 0; i--) {
    const e = run.events[i].event;
    if (e.command === a.command && (e.type === "activity-scheduled" || e.type === "activity-retry-scheduled"))
      return new Date(Math.max(e.at, e.dueAt ?? 0)).toISOString();
  }
  return a.scheduledAt;
}

function child(d, c) {
  const link = h("a", { href: toWorkflow(d.namespace, c.id, c.runId) }, c.id);
  const failed = c.lastFailure ? ` Its run before failed: ${c.lastFailure.message}.` : "";
  if (c.retryAt)
    return [
      h("strong", {}, "Child workflow "),
      link,
      ` (${c.type}):${failed} Attempt ${c.attempt} begins at `,
      timeOf(c.retryAt, { relative: true }),
      ".",
    ];
  return [
    h("strong", {}, "Child workflow "),
    link,
    ` (${c.type}) `,
    c.isStarted ? "has not ended." : "is being started.",
    failed,
  ];
}

// What its code waits to become true, as the code has it; and by which messages that may come about.
function condition(text) {
  return [h("strong", {}, "Until "), h("code", {}, text), "."];
}

function message(d, types) {
  const known = types[d.type];
  const names = (list) => list.map((m) => m.name).join(", ");
  const parts = [];
  if (known?.signals.length > 0) parts.push(`signal ${names(known.signals)}`);
  if (known?.updates.length > 0) parts.push(`update ${names(known.updates)}`);
  if (parts.length > 0) return [h("strong", {}, "A message"), ` may move it on: ${parts.join(" or ")}.`];
  return known ? "It takes no signals or updates." : "A signal or an update may move it on.";
}

const CONTROLS = ["pause", "resume", "reset"];

function controls(a, control) {
  if (a.isLocal) return null;
  const offered = CONTROLS.filter((c) => (c === "resume" ? a.pausedAt : c === "pause" ? !a.pausedAt : a.attempt > 1));
  return h(
    "span",
    { class: "small-buttons" },
    offered.map((what) =>
      h(
        "button",
        { type: "button", class: "small", data: { key: `${what}-${a.command}` }, onclick: () => control(what, a) },
        what === "reset" ? "count attempts anew" : what,
      ),
    ),
  );
}

/** The panel of compensations. */
export function compensationPanel(run) {
  const body = h("tbody");
  const element = h(
    "section",
    { class: "card", "aria-labelledby": "compensations-title" },
    h("h2", { id: "compensations-title" }, "Compensations"),
    h(
      "table",
      {},
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          ["#", "Undoes", "State", "Why not"].map((t) => h("th", { scope: "col" }, t)),
        ),
      ),
      body,
    ),
  );
  const draw = () => {
    const all = run.description.compensations;
    element.hidden = all.length === 0;
    replace(
      body,
      all.map((c) =>
        h(
          "tr",
          {},
          h("td", {}, String(c.command)),
          h("td", {}, c.name),
          h("td", {}, words(c.state).toLowerCase()),
          h("td", { class: "bad" }, c.failure?.message ?? ""),
        ),
      ),
    );
  };
  draw();
  return { element, draw };
}

/** What is known of a history's size. */
export const sizeText = (d) => `${count(d.historyLength)} events`;
