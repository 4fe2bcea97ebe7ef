// An event of a history in a few words.
import { span, timeText } from "../format.js";
import { keyOf } from "./run.js";

/** What happened. */
export function summaryOf(e) {
  const text = summaries[e.type]?.(e);
  const number = e.command ? ` #${e.command}` : "";
  return text === undefined ? (number ? number.trim() : "") : `${text}${number}`;
}

const short = (text, length = 160) => (text && text.length > length ? `${text.slice(0, length)}…` : (text ?? ""));
const why = (failure) => (failure ? `: ${short(failure.message)}` : "");
const by = (reason) => (reason ? `: ${short(reason)}` : "");

const summaries = {
  "run-started": (e) => `${e.workflowType}${e.parent ? ` for ${keyOf(e.parent.key).id}` : ""}`,
  "run-completed": () => "with a result",
  "run-failed": (e) => `failed${why(e.failure)}`,
  "run-canceled": (e) => `canceled${why(e.failure)}`,
  "run-timed-out": (e) => `timed out${why(e.failure)}`,
  "run-terminated": (e) => `ended from outside${by(e.reason)}`,
  "run-continued-as-new": (e) => `goes on as ${e.workflowType}`,
  "run-cancel-requested": (e) => `asked to cancel${by(e.reason)}`,
  "patch-marked": (e) => `patch ${e.patchId}`,
  "activity-scheduled": (e) => `${e.activityType} at ${e.host}`,
  "activity-retry-scheduled": (e) => `attempt ${e.attempt} at ${timeText(e.dueAt)}, after${why(e.lastFailure).slice(1)}`,
  "activity-completed": (e) => (e.local ? `${e.local}, attempt ${e.attempt}` : `attempt ${e.attempt}`),
  "activity-ended": (e) => `attempt ${e.attempt}${why(e.failure)}`,
  "activity-paused": (e) => `paused${by(e.reason)}`,
  "timer-started": (e) => (e.dueAt === "never" ? "for ever" : `for ${span(e.dueAt - e.at)}, due ${timeText(e.dueAt)}`),
  "signal-received": (e) => `${e.name}${e.sender ? ` from ${keyOf(e.sender.key).id}` : ""}`,
  "update-accepted": (e) => `${e.name} (${e.updateId})`,
  "update-completed": (e) => `${e.updateId}${e.failure ? ` failed${why(e.failure)}` : ""}`,
  "token-created": (e) => e.name,
  "token-completed": (e) => (e.failure ? `rejected${why(e.failure)}` : "completed"),
  "child-scheduled": (e) => `${e.workflowType} ${keyOf(e.key).id}`,
  "child-start-failed": (e) => `could not be started: ${short(e.message ?? e.problem)}`,
  "child-retry-scheduled": (e) => `attempt ${e.attempt} at ${timeText(e.dueAt)}, after${why(e.lastFailure).slice(1)}`,
  "child-ended": (e) => `${e.status ?? "ended"}${why(e.failure)}`,
  "compensation-registered": (e) => e.name,
  "compensation-ended": (e) => (e.failure ? `could not be carried out${why(e.failure)}` : "done"),
  "external-signal-requested": (e) => `${e.name} to ${keyOf(e.key).id}`,
  "external-cancel-requested": (e) => `cancellation of ${keyOf(e.key).id}`,
  "external-failed": (e) => short(e.message ?? e.problem),
};
