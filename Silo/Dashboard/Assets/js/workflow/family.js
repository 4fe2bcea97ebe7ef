// The tree of parents and children. Children are read when somebody opens them.
import { get } from "../api.js";
import { h, replace } from "../dom.js";
import { statusPill } from "../format.js";
import { problemBox } from "../problems.js";
import { toWorkflow } from "../routes.js";
import { keyOf } from "./run.js";

const DEEPEST = 20;
const MOST = 200;

/** The panel; hidden where a run has neither parent nor child. */
export function familyPanel(run, signal) {
  const tree = h("ul", { class: "tree" });
  const element = h(
    "section",
    { class: "card family", "aria-labelledby": "family-title", hidden: true },
    h("h2", { id: "family-title" }, "Family"),
    tree,
  );
  let ancestors = null;
  let drawn = "";

  async function draw() {
    const d = run.description;
    const children = childrenOf(run.events);
    const state = JSON.stringify([d.status, children]);
    if (state === drawn) return;
    drawn = state;
    element.hidden = !d.parent && children.length === 0;
    if (element.hidden) return;
    try {
      ancestors ??= await readAncestors(d, signal);
    } catch (error) {
      if (!signal.aborted) replace(tree, h("li", {}, problemBox(error)));
      return;
    }
    let inner = h(
      "li",
      { "aria-current": "true" },
      node(d.namespace, d.id, d.runId, d.type, d.status),
      childList(children, signal),
    );
    for (const a of ancestors) inner = h("li", {}, node(a.namespace, a.id, a.runId, a.type, a.status), h("ul", {}, inner));
    replace(tree, inner);
  }

  draw();
  return { element, draw };
}

async function readAncestors(d, signal) {
  const found = [];
  for (let link = d.parent; link && found.length < DEEPEST;) {
    const parent = await get(["namespaces", link.namespace, "workflows", link.id], { runId: link.runId }, { signal });
    found.push(parent);
    link = parent.parent;
  }
  return found;
}

function childrenOf(events) {
  const children = new Map();
  for (const { event: e } of events) {
    if (e.type === "child-scheduled")
      children.set(e.command, { ...keyOf(e.key), run: e.runId, type: e.workflowType, status: "running" });
    const child = children.get(e.command);
    if (!child) continue;
    if (e.type === "child-retry-scheduled") child.run = e.runId;
    if (e.type === "child-completed") child.status = "completed";
    if (e.type === "child-start-failed") child.status = "failed";
    if (e.type === "child-ended") child.status = e.status ? e.status[0].toLowerCase() + e.status.slice(1) : "failed";
  }
  return [...children.values()];
}

function childList(children, signal) {
  if (children.length === 0) return null;
  const list = h(
    "ul",
    {},
    children
      .slice(0, MOST)
      .map((c) => h("li", {}, node(c.namespace, c.id, c.run, c.type, c.status), grandchildren(c, signal))),
  );
  if (children.length > MOST)
    list.append(h("li", { class: "quiet" }, `and ${children.length - MOST} more: see the timeline`));
  return list;
}

function grandchildren(child, signal) {
  const button = h(
    "button",
    {
      type: "button",
      class: "small",
      "aria-expanded": "false",
      "aria-label": `Children of ${child.id}`,
      async onclick() {
        button.disabled = true;
        try {
          const history = await get(
            ["namespaces", child.namespace, "workflows", child.id, "history"],
            { runId: child.run, from: 1, limit: 5000 },
            { signal },
          );
          const own = childrenOf(history.events);
          button.replaceWith(own.length === 0 ? h("span", { class: "quiet" }, "no children") : childList(own, signal));
        } catch (error) {
          button.disabled = false;
          if (!signal.aborted) button.after(problemBox(error));
        }
      },
    },
    "children",
  );
  return button;
}

const node = (namespace, id, run, type, status) =>
  h(
    "span",
    { class: "node" },
    statusPill(status),
    " ",
    h("a", { href: toWorkflow(namespace, id, run) }, id),
    " ",
    h("span", { class: "quiet" }, type),
  );
