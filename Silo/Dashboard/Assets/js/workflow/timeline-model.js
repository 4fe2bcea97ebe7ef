// Makes rows of a history: what ran when, attempt by attempt. Pure: events in, rows out.
import { keyOf } from "./run.js";

/**
 * The rows of a timeline, in the order in which they began.
 * A row: `{key, kind, label, command, state, bars: [{from, to, state, attempt, note}], marks: [{at, text}], link, failure}`;
 * a bar's `to` is null while it lasts.
 */
export function timelineOf(events) {
  const t = new Timeline();
  for (const { event } of events) handlers[event.type]?.(t, event);
  return [...t.rows.values()];
}

class Timeline {
  rows = new Map();

  row(key, make) {
    let row = this.rows.get(key);
    if (!row) {
      row = { key, command: null, state: "open", bars: [], marks: [], link: null, failure: null, ...make() };
      this.rows.set(key, row);
    }
    return row;
  }

  /** The row of a command; of a history whose middle is left out it may have no beginning. */
  of(command, kind = "activity", label = `#${command}`) {
    return this.row(`c${command}`, () => ({ kind, label, command }));
  }
}

const begin = (row, from, state, more = {}) => row.bars.push({ from, to: null, state, attempt: null, note: null, ...more });

// A next attempt that was due later than this may never have begun.
function end(row, at, state, note = null) {
  const last = row.bars.at(-1);
  if (last && last.from > at && row.bars.length > 1) row.bars.pop();
  const bar = row.bars.at(-1);
  if (!bar) row.bars.push({ from: at, to: at, state, attempt: null, note });
  else if (bar.to === null || bar.to > at)
    Object.assign(bar, { to: at, state: bar.state === "backoff" ? "backoff" : state, note });
}

function close(row, at, state, failure = null) {
  end(row, at, state, failure?.message ?? null);
  Object.assign(row, { state, failure });
}

function retry(row, e) {
  end(row, e.at, "failed", e.lastFailure?.message);
  if (e.dueAt > e.at)
    row.bars.push({ from: e.at, to: e.dueAt, state: "backoff", attempt: null, note: `next attempt ${e.attempt}` });
  begin(row, Math.max(e.dueAt, e.at), "running", { attempt: e.attempt });
}

const failedOr = (failure) => (failure?.kind === "Canceled" ? "canceled" : "failed");
const external = (t, e, what) => {
  const row = t.of(e.command, "message", `${what} to ${keyOf(e.key).id}`);
  row.link = keyOf(e.key);
  begin(row, e.at, "waiting");
};

const handlers = {
  "run-started": (t, e) => {
    const row = t.row("run", () => ({ kind: "run", label: e.workflowType }));
    begin(row, e.at, e.startAt ? "backoff" : "running");
  },
  "start-delay-ended": (t, e) => {
    const row = t.rows.get("run");
    if (!row) return;
    end(row, e.at, "backoff");
    begin(row, e.at, "running");
  },
  "run-cancel-requested": (t, e) => runMark(t, e, `cancellation requested${e.reason ? `: ${e.reason}` : ""}`),
  "patch-marked": (t, e) => runMark(t, e, `patch ${e.patchId}`),
  "run-completed": (t, e) => endRun(t, e, "completed"),
  "run-failed": (t, e) => endRun(t, e, "failed"),
  "run-canceled": (t, e) => endRun(t, e, "canceled"),
  "run-terminated": (t, e) => endRun(t, e, "canceled"),
  "run-timed-out": (t, e) => endRun(t, e, "failed"),
  "run-continued-as-new": (t, e) => endRun(t, e, "completed"),

  "activity-scheduled": (t, e) => {
    const row = t.of(e.command, "activity", e.activityType);
    if (e.compensates) row.compensates = e.compensates;
    begin(row, e.at, "running", { attempt: 1 });
  },
  "activity-retry-scheduled": (t, e) => retry(t.of(e.command, "activity", e.local ?? `#${e.command}`), e),
  "activity-completed": (t, e) => close(t.of(e.command, "activity", e.local ?? `#${e.command}`), e.at, "completed"),
  "activity-ended": (t, e) =>
    close(t.of(e.command, "activity", e.local ?? `#${e.command}`), e.at, failedOr(e.failure), e.failure),
  "activity-canceled": (t, e) => close(t.of(e.command), e.at, "canceled"),
  "activity-cancel-requested": (t, e) => mark(t.of(e.command), e, "cancellation requested"),
  "activity-paused": (t, e) => mark(t.of(e.command), e, `paused${e.reason ? `: ${e.reason}` : ""}`),
  "activity-resumed": (t, e) => mark(t.of(e.command), e, "resumed"),
  "activity-reset": (t, e) => mark(t.of(e.command), e, "attempts count anew"),
  "activity-moved-outside": (t, e) => {
    const row = t.of(e.command);
    end(row, e.at, "completed", "goes on outside");
    begin(row, e.at, "waiting", { attempt: e.attempt });
  },

  "timer-started": (t, e) => begin(t.of(e.command, "timer", "timer"), e.at, "waiting", { due: e.dueAt }),
  "timer-fired": (t, e) => close(t.of(e.command, "timer", "timer"), e.at, "completed"),
  "timer-canceled": (t, e) => close(t.of(e.command, "timer", "timer"), e.at, "canceled"),

  "child-scheduled": (t, e) => {
    const row = t.of(e.command, "child", `${e.workflowType} ${keyOf(e.key).id}`);
    row.link = { ...keyOf(e.key), run: e.runId };
    begin(row, e.at, "running", { attempt: 1 });
  },
  "child-started": (t, e) => mark(t.of(e.command, "child"), e, "started"),
  "child-start-failed": (t, e) => close(t.of(e.command, "child"), e.at, "failed", { message: e.message ?? e.problem }),
  "child-retry-scheduled": (t, e) => {
    const row = t.of(e.command, "child");
    if (row.link) row.link.run = e.runId;
    retry(row, e);
  },
  "child-completed": (t, e) => close(t.of(e.command, "child"), e.at, "completed"),
  "child-ended": (t, e) =>
    close(
      t.of(e.command, "child"),
      e.at,
      e.status === "Canceled" || e.status === "Terminated" ? "canceled" : "failed",
      e.failure,
    ),
  "child-cancel-requested": (t, e) => mark(t.of(e.child, "child"), e, "cancellation requested"),

  "signal-received": (t, e) => {
    const row = t.row(`s${e.name}`, () => ({ kind: "signal", label: e.name, state: "completed" }));
    mark(row, e, "received");
  },
  "update-accepted": (t, e) =>
    begin(
      t.row(`u${e.updateId}`, () => ({ kind: "update", label: e.name })),
      e.at,
      "running",
    ),
  "update-completed": (t, e) =>
    close(
      t.row(`u${e.updateId}`, () => ({ kind: "update", label: e.updateId })),
      e.at,
      e.failure ? "failed" : "completed",
      e.failure,
    ),
  "token-created": (t, e) => begin(t.of(e.command, "token", e.name), e.at, "waiting"),
  "token-completed": (t, e) => close(t.of(e.command, "token"), e.at, e.failure ? "failed" : "completed", e.failure),
  "token-revoked": (t, e) => close(t.of(e.command, "token"), e.at, "canceled"),

  "compensation-registered": (t, e) => {
    const row = t.of(e.command, "compensation", e.name);
    Object.assign(row, { saga: e.saga, state: "ready" });
    mark(row, e, "registered");
  },
  "compensation-started": (t, e) => {
    const row = t.of(e.command, "compensation");
    row.state = "open";
    begin(row, e.at, "running");
  },
  "compensation-ended": (t, e) =>
    close(t.of(e.command, "compensation"), e.at, e.failure ? "failed" : "completed", e.failure),
  "saga-completed": (t, e) => {
    for (const row of t.rows.values()) if (row.saga === e.saga && row.state === "ready") row.state = "notNeeded";
  },

  "external-signal-requested": (t, e) => external(t, e, `signal ${e.name}`),
  "external-cancel-requested": (t, e) => external(t, e, "cancellation"),
  "external-delivered": (t, e) => close(t.of(e.command, "message"), e.at, "completed"),
  "external-failed": (t, e) =>
    close(t.of(e.command, "message"), e.at, "failed", { message: e.message ?? e.problem ?? "refused" }),
};

const mark = (row, e, text) => row.marks.push({ at: e.at, text });
const runMark = (t, e, text) => t.rows.get("run") && mark(t.rows.get("run"), e, text);

function endRun(t, e, state) {
  const row = t.rows.get("run");
  if (row) close(row, e.at, state, e.failure);
  // What was under way when the run ended has no outcome of its own.
  for (const other of t.rows.values()) {
    if (other === row) continue;
    if (other.state === "open") close(other, e.at, "canceled");
    if (other.state === "ready") other.state = state === "completed" ? "notNeeded" : "ready";
  }
}
