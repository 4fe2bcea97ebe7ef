// The overview: what the cluster does, live.
import { get } from "../api.js";
import { h, replace } from "../dom.js";
import { listen } from "../events.js";
import { count, rate } from "../format.js";
import { chart } from "../overview/chart.js";
import { Figures } from "../overview/figures.js";
import { activityTable, redraw, siloTable, workflowTable } from "../overview/tables.js";
import { teller } from "../problems.js";
import { toList } from "../routes.js";

const WORKFLOWS = [
  { name: "started", field: "started", style: "one" },
  { name: "ended", field: "closed", style: "two" },
  { name: "failed", field: "failed", style: "bad" },
];
const ATTEMPTS = [
  { name: "ended", field: "activities", style: "two" },
  { name: "failed", field: "activityFailures", style: "bad" },
];

/** Shows it. */
export async function overview({ route, main, signal }) {
  const { namespace } = route;
  const figures = new Figures();
  const counts = { open: new Map(), stalled: new Map(), shards: null };
  const parts = {
    cards: h("ul", { class: "figures" }),
    charts: h("div", { class: "charts" }),
    problem: h("div"),
    workflows: h("section", { class: "card", "aria-labelledby": "workflow-types" }),
    activities: h("section", { class: "card", "aria-labelledby": "activity-types" }),
    silos: h("section", { class: "card", "aria-labelledby": "silos" }),
  };
  const draw = () => {
    if (!figures.latest || signal.aborted) return;
    replace(parts.cards, cards(namespace, figures, counts));
    const { course } = figures;
    replace(
      parts.charts,
      chart("Workflows", course, WORKFLOWS, figures.latest.seriesSeconds),
      chart("Attempts of activities", course, ATTEMPTS, figures.latest.seriesSeconds),
    );
    redraw(parts.workflows, workflowTable(namespace, figures, counts.open, counts.stalled));
    redraw(parts.activities, activityTable(figures));
    redraw(parts.silos, siloTable(figures, counts.shards));
  };
  const told = teller(parts.problem, signal);
  const readings = reader(namespace, counts, signal, draw, told);

  figures.add(await get(["cluster", "metrics"], {}, { signal }));
  replace(
    main,
    h("h1", {}, "Overview"),
    parts.problem,
    parts.cards,
    parts.charts,
    parts.workflows,
    parts.activities,
    parts.silos,
  );
  draw();
  readings.all();
  const stop = listen(
    ["cluster", "metrics", "stream"],
    {},
    {
      event(name, reading) {
        const silos = figures.latest.silos.map((s) => s.silo).join();
        figures.add(reading);
        draw();
        if (reading.series.some((s) => s.started + s.closed + s.activities > 0)) readings.counts();
        if (silos !== reading.silos.map((s) => s.silo).join()) readings.shards();
      },
      back: readings.all,
      problem: told,
    },
  );
  signal.addEventListener("abort", stop);
}

// Open and stalled runs are counted in the store, by an index of those alone, when something has begun or ended.
function reader(namespace, counts, signal, draw, told) {
  let isBusy = false;
  const by = async (status) => {
    const found = await get(["namespaces", namespace, "workflow-counts"], { status }, { signal });
    return new Map(found.counts.map((c) => [c.type, c.count]));
  };
  const reading = async (read) => {
    try {
      await read();
      told.clear();
      draw();
    } catch (error) {
      told(error);
    }
  };
  const readings = {
    async counts() {
      if (isBusy) return;
      isBusy = true;
      await reading(async () => {
        [counts.open, counts.stalled] = await Promise.all([by("running"), by("stalled")]);
      });
      isBusy = false;
    },
    shards: () =>
      reading(async () => {
        const { shards } = await get(["cluster", "shards"], {}, { signal });
        counts.shards = new Map();
        for (const s of shards) if (s.silo) counts.shards.set(s.silo, (counts.shards.get(s.silo) ?? 0) + 1);
      }),
    all() {
      readings.counts();
      readings.shards();
    },
  };
  return readings;
}

function cards(namespace, figures, counts) {
  const minute = figures.lastMinute;
  const sum = (map) => [...map.values()].reduce((a, b) => a + b, 0);
  const stalled = sum(counts.stalled);
  const silos = figures.latest.silos;
  const away = silos.filter((s) => !s.hasAnswered).length;
  const total = (field) => silos.reduce((a, s) => a + s[field], 0);
  const failing = minute && minute.closed > 0 ? (minute.failed / minute.closed) * 100 : 0;
  return [
    card("Open workflows", count(sum(counts.open)), `in “${namespace}”`, toList(namespace, { status: "running" })),
    card(
      "Stalled",
      count(stalled),
      stalled > 0 ? "their code does not fit" : "none",
      toList(namespace, { status: "stalled" }),
      stalled > 0,
    ),
    card("Started a second", minute ? rate(minute.started) : "–", "the last minute"),
    card(
      "Ended a second",
      minute ? rate(minute.closed) : "–",
      minute && minute.failed > 0 ? `${failing.toFixed(1)} % of them not well` : "the last minute",
      null,
      failing >= 1,
    ),
    card(
      "Attempts a second",
      minute ? rate(minute.activities) : "–",
      `${count(total("runningActivities"))} run, ${count(total("waitingActivities"))} wait`,
    ),
    card("Silos", count(silos.length), away > 0 ? `${away} of them silent` : "all answer", null, away > 0),
  ];
}

const card = (name, value, note, href = null, isBad = false) =>
  h(
    "li",
    { class: `card figure${isBad ? " attention" : ""}` },
    h("span", { class: "name" }, href ? h("a", { href, data: { key: name } }, name) : name),
    h("span", { class: "value" }, value),
    h("span", { class: "quiet" }, note),
  );
