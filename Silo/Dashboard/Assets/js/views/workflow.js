// One workflow: everything about a run, live.
import { Problem } from "../api.js";
import { h, replace } from "../dom.js";
import { listen } from "../events.js";
import { offerKeys } from "../keys.js";
import { teller } from "../problems.js";
import { toList } from "../routes.js";
import { actionsOf, control } from "../workflow/actions.js";
import { familyPanel } from "../workflow/family.js";
import { head, inputAndResult } from "../workflow/head.js";
import { historyTable } from "../workflow/history.js";
import { Run } from "../workflow/run.js";
import { stallPanel } from "../workflow/stall.js";
import { timeline } from "../workflow/timeline.js";
import { readTypes } from "../workflow/types.js";
import { compensationPanel, waitingPanel } from "../workflow/waiting.js";

const GROWS = 1000;

/** Shows a run. */
export async function workflow({ route, main, signal }) {
  const run = new Run(route.namespace, route.id, route.query.run, signal);
  const next = await run.open();
  const types = {};
  const problem = h("div");
  const told = teller(problem, signal);
  const refreshed = refresher(run, () => draw(), told, signal);
  const refresh = () => refreshed();
  let learned;
  const actions = () => actionsOf(run, types, () => learned, refresh);

  const fillGap = () => run.fillGap();
  const events = historyTable(run, () => refreshed(fillGap));
  const rows = timeline(run, events.choose);
  const parts = [
    head(run, actions),
    waitingPanel(
      run,
      () => types,
      (what, activity) => control(run, what, activity, refresh),
    ),
    stallPanel(run),
    rows,
    familyPanel(run, signal),
    compensationPanel(run),
    inputAndResult(run),
    events,
  ];
  const draw = () => parts.forEach((p) => p.draw());

  replace(
    main,
    h(
      "p",
      { class: "crumbs" },
      h("a", { href: toList(route.namespace) }, "Workflows"),
      " / ",
      h("span", { class: "id" }, route.id),
    ),
    problem,
    parts.map((p) => p.element),
  );
  document.title = `${route.id} – Orchestration`;
  keys(actions, main);

  const clock = setInterval(() => !run.description.closedAt && !document.hidden && rows.place(), GROWS);
  signal.addEventListener("abort", () => {
    clearInterval(clock);
    document.title = "Orchestration";
  });
  const learn = () => (learned = readTypes(run.description.type, types, signal).then(draw, told));
  learn();
  refreshed(() => run.rest(next, draw));
  follow(run, refresh, learn, told, signal);
}

// One reading at a time; what is asked for meanwhile is read afterwards, at once and once.
function refresher(run, draw, told, signal) {
  const wanted = new Set();
  const anew = () => run.refresh();
  let isReading = false;
  return async function refresh(read = anew) {
    wanted.add(read);
    if (isReading) return;
    isReading = true;
    for (const next of wanted) {
      wanted.delete(next);
      try {
        await next();
        if (signal.aborted) return;
        told.clear();
        draw();
      } catch (error) {
        told(error);
      }
    }
    isReading = false;
  };
}

function follow(run, refresh, learn, told, signal) {
  if (run.description.closedAt) return;
  const stop = listen(
    [...run.path, "stream"],
    { runId: run.runId },
    {
      event: (name, data) => isNews(run, name, data) && refresh(),
      back: () => {
        learn(); // where it could not be read before
        refresh();
      },
      problem: (problem) => problem instanceof Problem && told(problem),
    },
  );
  signal.addEventListener("abort", stop);
}

const isNews = (run, name, data) =>
  data.historyLength > run.last || data.status !== run.description.status || data.at || name === "end";

function keys(actions, main) {
  const act = (name) =>
    actions()
      .find((a) => a.name === name)
      ?.act();
  offerKeys([
    { keys: "s", text: "Signal", act: () => act("signal") },
    { keys: "u", text: "Update", act: () => act("update") },
    { keys: "q", text: "Query", act: () => act("query") },
    { keys: "c", text: "Cancel", act: () => act("cancel") },
    { keys: "x", text: "Terminate", act: () => act("terminate") },
    { keys: "h", text: "To the history", act: () => to(main, "history-title") },
    { keys: "/", text: "Find in the history", act: () => main.querySelector("#history-search")?.focus() },
  ]);
}

function to(main, id) {
  const heading = main.querySelector(`#${id}`);
  heading?.scrollIntoView({ block: "start" });
  heading?.focus({ preventScroll: true });
}
