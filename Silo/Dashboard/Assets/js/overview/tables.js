// The overview's tables: by workflow type, by activity type, by silo.
import { h, replace } from "../dom.js";
import { bytes, count, rate, seconds, timeOf, words } from "../format.js";
import { toList } from "../routes.js";

const th = (text, more = {}) => h("th", { scope: "col", ...more }, text);
const num = (value) => h("td", { class: "num" }, value);

function tableOf(id, title, columns, rows, none) {
  return h(
    "section",
    { class: "card", "aria-labelledby": id },
    h("h2", { id }, title),
    rows.length === 0
      ? h("p", { class: "quiet" }, none)
      : h(
          "div",
          { class: "wide", role: "region", tabindex: "0", "aria-label": title },
          h(
            "table",
            {},
            h(
              "thead",
              {},
              h(
                "tr",
                {},
                columns.map((c, i) => th(c, { class: i === 0 ? null : "num" })),
              ),
            ),
            h("tbody", {}, rows),
          ),
        ),
  );
}

/** By workflow type: open runs, rates, failures, how long they take. */
export function workflowTable(namespace, figures, open, stalled) {
  const types = new Map(figures.latest.workflows.map((t) => [t.type, t]));
  const names = [...new Set([...types.keys(), ...open.keys(), ...stalled.keys()])].sort();
  const rows = names.map((type) => {
    const t = types.get(type);
    const r = figures.rateOf("workflows", type);
    const bad = stalled.get(type) ?? 0;
    return h(
      "tr",
      {},
      h("th", { scope: "row" }, h("a", { href: toList(namespace, { type }), data: { key: `type-${type}` } }, type)),
      num(
        h(
          "a",
          { href: toList(namespace, { type, status: "running" }), data: { key: `open-${type}` } },
          count(open.get(type) ?? 0),
        ),
      ),
      num(
        bad > 0
          ? h(
              "a",
              { class: "bad", href: toList(namespace, { type, status: "stalled" }), data: { key: `stalled-${type}` } },
              count(bad),
            )
          : "0",
      ),
      num(rate(r?.started)),
      num(rate(r?.ended)),
      num(count(t?.ended ?? 0)),
      num(failures(t, toList(namespace, { type, status: "failed" }), `failed-${type}`)),
      num(seconds(t?.p50Seconds)),
      num(seconds(t?.p95Seconds)),
      num(seconds(t?.p99Seconds)),
    );
  });
  return tableOf(
    "workflow-types",
    "Workflow types",
    ["Type", "Open", "Stalled", "Started/s", "Ended/s", "Ended", "Failed", "p50", "p95", "p99"],
    rows,
    "No workflow has run since the silos began.",
  );
}

/** By activity type: backlog, rates, failures, how long attempts take. */
export function activityTable(figures) {
  const rows = figures.latest.activities.map((t) => {
    const r = figures.rateOf("activities", t.type);
    return h(
      "tr",
      {},
      h("th", { scope: "row" }, t.type),
      num(count(t.running ?? 0)),
      num(count(t.waiting ?? 0)),
      num(rate(r?.ended)),
      num(count(t.ended)),
      num(failures(t)),
      num(seconds(t.p50Seconds)),
      num(seconds(t.p95Seconds)),
      num(seconds(t.p99Seconds)),
    );
  });
  return tableOf(
    "activity-types",
    "Activity types",
    ["Type", "Running", "Waiting", "Attempts/s", "Attempts", "Failed", "p50", "p95", "p99"],
    rows,
    "No activity has run since the silos began.",
  );
}

function failures(t, link = null, key = null) {
  if (!t || t.failed === 0) return "0";
  const share = `${count(t.failed)} (${((t.failed / Math.max(1, t.ended)) * 100).toFixed(1)} %)`;
  return link ? h("a", { class: "bad", href: link, data: { key } }, share) : h("span", { class: "bad" }, share);
}

/** The silos, and how load is spread over them. */
export function siloTable(figures, shards) {
  const silos = figures.latest.silos;
  const most = (field) => Math.max(1, ...silos.map((s) => s[field]));
  const bar = (value, top, text) =>
    h(
      "td",
      { class: "num load" },
      h("span", {
        class: "part",
        style: {
          "--part": String(Math.min(1, value / top)),
        },
      }),
      h("span", {}, text),
    );
  const rows = silos.map((s) => {
    const cpu = figures.rates.cpu.get(s.silo);
    return h(
      "tr",
      {},
      h(
        "th",
        { scope: "row" },
        h("code", {}, s.silo),
        s.name && s.name !== s.silo ? h("span", { class: "quiet" }, ` ${s.name}`) : null,
      ),
      h("td", {}, s.hasAnswered ? words(s.status) : h("span", { class: "bad" }, `${words(s.status)}, does not answer`)),
      h("td", {}, s.startedAt ? timeOf(s.startedAt) : "–"),
      cpu === null || cpu === undefined ? num("–") : bar(cpu, 1, `${Math.round(cpu * 100)} %`),
      num(bytes(s.memoryBytes)),
      bar(s.workflowsInMemory, most("workflowsInMemory"), count(s.workflowsInMemory)),
      bar(s.runningActivities, most("runningActivities"), count(s.runningActivities)),
      bar(s.waitingActivities, most("waitingActivities"), count(s.waitingActivities)),
      num(count(s.pendingStarts)),
      num(shards ? count(shards.get(s.silo) ?? 0) : "–"),
      h("td", {}, s.version ?? "–"),
    );
  });
  return tableOf(
    "silos",
    silos.length === 1 ? "Silo" : `${silos.length} silos`,
    [
      "Silo",
      "Status",
      "Since",
      "CPU (of a core)",
      "Memory",
      "Workflows in memory",
      "Attempts running",
      "Attempts waiting",
      "Starts waiting",
      "Shards",
      "Version",
    ],
    rows,
    "No silo is known.",
  );
}

/** Replaces a table and keeps the place that was scrolled to. */
export function redraw(old, table) {
  const left = old.querySelector(".wide")?.scrollLeft ?? 0;
  const key = old.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  replace(old, ...table.childNodes);
  const wide = old.querySelector(".wide");
  if (wide) wide.scrollLeft = left;
  if (key) old.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
}
