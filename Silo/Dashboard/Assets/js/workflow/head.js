// What a run is and where it stands, with what can be done to it.
import { h, replace } from "../dom.js";
import { bytes, count, span, statusPill, timeOf } from "../format.js";
import { toList, toWorkflow } from "../routes.js";
import { payloadOf, valueOf } from "./payload.js";

/** The head of the page. */
export function head(run, actions) {
  const facts = h("dl", { class: "facts" });
  const title = h("div", { class: "head" });
  const buttons = h("div", { class: "actions", role: "toolbar", "aria-label": "What can be done" });
  const outcome = h("div");
  const element = h("section", { class: "card", "aria-labelledby": "workflow-title" }, title, buttons, facts, outcome);
  let heading = null;

  const draw = () => {
    const d = run.description;
    heading ??= h("h1", { id: "workflow-title", class: "id" }, d.id);
    replace(title, heading, h("span", { role: "status" }, statusPill(d.status)));
    replace(
      buttons,
      actions().map((a) =>
        h(
          "button",
          {
            type: "button",
            data: { key: a.name },
            class: a.danger ? "danger" : null,
            "aria-keyshortcuts": a.keys,
            onclick: a.act,
          },
          a.text,
        ),
      ),
    );
    replace(
      facts,
      factsOf(d).map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))),
    );
    replace(outcome, failure(d), said(d));
  };
  draw();
  return { element, draw };
}

function factsOf(d) {
  const end = d.closedAt ? new Date(d.closedAt) : null;
  const facts = [
    [
      "Type",
      [h("a", { href: toList(d.namespace, { type: d.type }) }, d.type), d.version > 1 ? ` version ${d.version}` : ""],
    ],
    ["Run", h("code", {}, d.runId)],
    ["Started", timeOf(d.startedAt, { relative: !end })],
    ["Ended", end ? [timeOf(d.closedAt), ` after ${span(end - new Date(d.startedAt))}`] : "open"],
    ["History", `${count(d.historyLength)} events, ${bytes(d.historyBytes)}`],
  ];
  if (d.silo) facts.push(["In memory of", h("code", {}, d.silo)]);
  if (d.nextWakeAt && !end) facts.push(["Wakes by itself", timeOf(d.nextWakeAt, { relative: true })]);
  if (d.parent)
    facts.push(["Child of", h("a", { href: toWorkflow(d.parent.namespace, d.parent.id, d.parent.runId) }, d.parent.id)]);
  if (d.continuedFrom)
    facts.push(["Continues", h("a", { href: toWorkflow(d.namespace, d.id, d.continuedFrom) }, d.continuedFrom)]);
  if (d.continuedTo)
    facts.push(["Goes on as", h("a", { href: toWorkflow(d.namespace, d.id, d.continuedTo) }, d.continuedTo)]);
  return facts;
}

function failure(d) {
  if (!d.failure) return null;
  return h("div", { class: "problem" }, failureOf(d.failure));
}

/** A recorded failure, with what is behind it. */
export function failureOf(f) {
  return [
    h("p", {}, h("strong", {}, f.type ?? f.kind), `: ${f.message}`),
    f.activityType ? h("p", {}, `Activity ${f.activityType}${f.attempts ? `, after ${f.attempts} attempts` : ""}.`) : null,
    f.details ? valueOf(f.details) : null,
    f.stackTrace
      ? h(
          "details",
          {},
          h("summary", {}, "Where the application's code raised it"),
          h("pre", { tabindex: "0" }, f.stackTrace),
        )
      : null,
    (f.compensations ?? []).map((c) => h("div", { class: "cause" }, "Not undone: ", failureOf(c))),
    f.cause ? h("div", { class: "cause" }, "Because of ", failureOf(f.cause)) : null,
  ];
}

function said(d) {
  const parts = [];
  if (d.customStatus !== undefined) parts.push(h("dt", {}, "It says of itself"), h("dd", {}, valueOf(d.customStatus)));
  if (d.progress) {
    const { done, total, message } = d.progress;
    parts.push(
      h("dt", {}, "Progress"),
      h(
        "dd",
        {},
        total ? h("progress", { value: String(done), max: String(total), "aria-label": "Progress" }) : null,
        ` ${count(done)}${total ? ` of ${count(total)}` : ""} ${message ?? ""}`,
      ),
    );
  }
  return parts.length === 0 ? null : h("dl", { class: "said" }, parts);
}

/** What the run was given and what came of it. */
export function inputAndResult(run) {
  const element = h("section", { class: "card values", "aria-labelledby": "values-title" });
  const draw = () => {
    const last = run.events.at(-1)?.event;
    replace(
      element,
      h("h2", { id: "values-title" }, "Input and result"),
      h(
        "div",
        { class: "pair" },
        h(
          "div",
          {},
          h("h3", {}, "Input"),
          run.started ? payloadOf(run.started.input) : h("p", { class: "quiet" }, "not read yet"),
        ),
        h(
          "div",
          {},
          h("h3", {}, "Result"),
          last?.type === "run-completed"
            ? payloadOf(last.result)
            : h("p", { class: "quiet" }, run.description.closedAt ? "none" : "it has not ended"),
        ),
      ),
    );
  };
  draw();
  return { element, draw };
}
