// The list of runs: filters that stand in the address, saved filters, pages by cursor.
import { forgetTag, get, getIfChanged, Problem } from "../api.js";
import { listen } from "../events.js";
import { h, replace } from "../dom.js";
import { count, span, statusPill, timeOf } from "../format.js";
import { offerKeys } from "../keys.js";
import { go, toList, toWorkflow } from "../routes.js";
import { problemBox, teller } from "../problems.js";
import { filterForm } from "../filters/form.js";
import { savedFilters } from "../filters/saved.js";
import { clean, isByEnd, toApi } from "../filters/filter.js";

/** Cursors of the pages before the one shown, by the list that they belong to: the way back. */
const trails = new Map();

/** Shows a list. */
export async function workflows({ route, main, signal }) {
  const { namespace } = route;
  const { cursor } = route.query;
  const filter = clean(route.query);
  const query = { ...toApi(filter), pageSize: 50, cursor };
  const path = ["namespaces", namespace, "workflows"];
  const rows = h("tbody");
  const note = h("p", { class: "quiet", role: "status" }, "Reading …");
  const problem = h("div");
  const total = h("span", { class: "quiet" });
  const pages = h("nav", { class: "pages", "aria-label": "Pages of the list" });
  const table = h(
    "table",
    { class: "runs", hidden: true },
    h("caption", { class: "unseen" }, isByEnd(filter) ? "Runs that have ended, newest end first" : "Runs, newest start first"),
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        ["Status", "Workflow", "Type", "Started", "Took", isByEnd(filter) ? "Ended" : "Wakes next"].map((t) =>
          h("th", { scope: "col" }, t),
        ),
      ),
    ),
    rows,
  );
  const form = filterForm(namespace, filter, signal);
  replace(
    main,
    h("div", { class: "head" }, h("h1", {}, "Workflows"), total),
    savedFilters(namespace, filter),
    form.element,
    problem,
    note,
    table,
    pages,
  );

  const draw = (page) => {
    replace(
      rows,
      page.runs.map((run) => row(namespace, run, isByEnd(filter))),
    );
    table.hidden = page.runs.length === 0;
    note.hidden = page.runs.length > 0;
    note.textContent = cursor
      ? "There is nothing further."
      : Object.keys(filter).length > 0
        ? "No run is as the filter says."
        : `Nothing has been started in the namespace “${namespace}” yet.`;
    replace(pages, pageLinks(namespace, filter, cursor, page.nextCursor));
  };
  forgetTag(path, query);
  try {
    draw(await getIfChanged(path, query, { signal }));
  } catch (error) {
    // A filter that the silo does not take is mended in the form.
    if (!(error instanceof Problem) || error.status === 401) throw error;
    note.hidden = true;
    problem.replaceChildren(problemBox(error));
    return;
  }
  keys(rows, form, pages);
  countAll(namespace, filter, total, signal);
  live(signal, path, query, draw, teller(problem, signal));
}

function row(namespace, run, showsEnd) {
  const end = run.closedAt ? new Date(run.closedAt) : null;
  return h(
    "tr",
    {},
    h("td", { data: { label: "Status" } }, statusPill(run.status)),
    h(
      "td",
      { data: { label: "Workflow" } },
      h("a", { href: toWorkflow(namespace, run.id, run.runId), class: "id", data: { key: run.runId } }, run.id),
    ),
    h("td", { data: { label: "Type" } }, run.type),
    h("td", { data: { label: "Started" } }, timeOf(run.startedAt)),
    h("td", { data: { label: "Took" } }, end ? span(end - new Date(run.startedAt)) : h("span", { class: "quiet" }, "open")),
    showsEnd
      ? h("td", { data: { label: "Ended" } }, timeOf(run.closedAt))
      : h(
          "td",
          { class: run.nextWakeAt && !end ? null : "none", data: { label: "Wakes next" } },
          run.nextWakeAt && !end ? timeOf(run.nextWakeAt, { relative: true }) : h("span", { class: "quiet" }, "–"),
        ),
  );
}

function pageLinks(namespace, filter, cursor, next) {
  const list = toList(namespace, filter);
  const trail = trails.get(list) ?? [];
  const links = [];
  if (cursor) {
    const before = trail[trail.indexOf(cursor) - 1];
    links.push(
      h("a", { class: "button", href: list }, "Newest"),
      h(
        "a",
        { class: "button", data: { key: "previous" }, rel: "prev", href: toList(namespace, { ...filter, cursor: before }) },
        "Previous",
      ),
    );
  }
  if (next) {
    const at = cursor ? trail.indexOf(cursor) + 1 : 0;
    if (trails.size > 20) trails.delete(trails.keys().next().value);
    trails.set(list, [...trail.slice(0, at), next]);
    links.push(
      h(
        "a",
        { class: "button", data: { key: "next" }, rel: "next", href: toList(namespace, { ...filter, cursor: next }) },
        "Next",
      ),
    );
  }
  return links;
}

async function countAll(namespace, filter, total, signal) {
  try {
    const counts = await get(["namespaces", namespace, "workflow-counts"], toApi(filter), { signal });
    total.textContent = `${count(counts.total)} ${counts.total === 1 ? "run" : "runs"}`;
  } catch {
    // The list itself says what is wrong.
  }
}

// The cluster says when something has begun or ended; only then is the page asked for again, and it costs nothing where it is the
// same (304).
function live(signal, path, query, draw, told) {
  let isBusy = false;
  const refresh = async () => {
    if (isBusy) return;
    isBusy = true;
    try {
      const page = await getIfChanged(path, query, { signal });
      told.clear();
      if (page && !signal.aborted) draw(page);
    } catch (error) {
      told(error);
    } finally {
      isBusy = false;
    }
  };
  const stop = listen(
    ["cluster", "metrics", "stream"],
    {},
    {
      event: (name, metrics) => metrics.series.some((s) => s.started + s.closed + s.activities > 0) && refresh(),
      back: refresh,
    },
  );
  signal.addEventListener("abort", stop);
}

function keys(rows, form, pages) {
  const links = () => [...rows.querySelectorAll("a.id")];
  const step = (by) => {
    const all = links();
    const at = all.indexOf(document.activeElement);
    all[Math.min(all.length - 1, Math.max(0, at < 0 ? 0 : at + by))]?.focus();
  };
  offerKeys([
    { keys: "/", text: "Filter by id", act: () => form.focus() },
    { keys: "j", text: "Next run", act: () => step(1) },
    { keys: "k", text: "Run before", act: () => step(-1) },
    { keys: "n", text: "Next page", act: () => pages.querySelector("[rel=next]")?.click() },
    { keys: "p", text: "Page before", act: () => pages.querySelector("[rel=prev]")?.click() },
  ]);
}

/** Goes to a filter's list. */
export const showFilter = (namespace, filter) => go(toList(namespace, filter));
