// The page's frame: which view is shown, the namespace, the theme, the keys, and the key of the API.
import { get, keyNeeded, Problem, Unreachable } from "./api.js";
import { connection } from "./connection.js";
import { byId, h, replace } from "./dom.js";
import { beat } from "./format.js";
import { clearKeys, offerKeys, showKeys } from "./keys.js";
import { go, parse, toList, toOverview } from "./routes.js";
import { problemBox } from "./problems.js";
import { startTheme, switchTheme } from "./theme.js";
import { overview } from "./views/overview.js";
import { signIn } from "./views/sign-in.js";
import { workflow } from "./views/workflow.js";
import { workflows } from "./views/workflows.js";

const views = { overview, workflows, workflow };
let shown = null;

/** Shows what the address names. A view is made anew for each address, and is told when it goes. */
async function show() {
  const route = parse(location.hash) ?? { page: "none", namespace: "default", query: {} };
  shown?.stop.abort();
  const view = { stop: new AbortController() };
  shown = view;
  clearKeys();
  frame(route);
  const main = byId("main");
  try {
    const make = views[route.page];
    if (!make) throw new Problem(404, { detail: "The dashboard has no such page.", remedy: "Begin at the overview." });
    await make({ route, main, signal: view.stop.signal });
  } catch (e) {
    if (view.stop.signal.aborted) return;
    if (e instanceof Problem && e.status === 401) return; // the sign-in is shown
    replace(main, problemBox(e));
    if (!(e instanceof Unreachable) && !(e instanceof Problem)) throw e;
  }
}

function frame(route) {
  for (const link of document.querySelectorAll("nav a[data-page]")) {
    const isCurrent = link.dataset.page === route.page || (link.dataset.page === "workflows" && route.page === "workflow");
    if (isCurrent) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.querySelector("nav a[data-page=overview]").href = toOverview(route.namespace);
  document.querySelector("nav a[data-page=workflows]").href = toList(route.namespace);
  const select = byId("namespace");
  if (![...select.options].some((o) => o.value === route.namespace))
    select.add(new Option(route.namespace, route.namespace));
  select.value = route.namespace;
}

async function readNamespaces() {
  const select = byId("namespace");
  const current = select.value || "default";
  const { namespaces } = await get(["namespaces"]);
  const names = [...new Set(["default", current, ...namespaces])];
  replace(
    select,
    names.map((n) => h("option", { value: n }, n)),
  );
  select.value = current;
}

function ask(problem) {
  shown?.stop.abort();
  clearKeys();
  signIn(byId("main"), problem, () => {
    show();
    readNamespaces().catch(() => {});
  });
}

function start() {
  startTheme(byId("theme"));
  addEventListener("hashchange", () => {
    show();
    byId("main").focus({ preventScroll: true });
    scrollTo(0, 0);
  });
  keyNeeded.addEventListener("needed", (e) => ask(e.detail));

  // A view that failed while no silo answered is shown again; those that stand look after themselves.
  connection.addEventListener("back", () => byId("main").querySelector(".problem.unreachable") && show());
  byId("namespace").addEventListener("change", (e) =>
    go(parse(location.hash)?.page === "overview" ? toOverview(e.target.value) : toList(e.target.value)),
  );
  byId("namespace").addEventListener("focus", () => readNamespaces().catch(() => {}));
  byId("skip").addEventListener("click", () => byId("main").focus());
  byId("help").addEventListener("click", showKeys);
  byId("theme").addEventListener("click", () => switchTheme(byId("theme")));
  offerKeys(
    [
      { keys: "g o", text: "Overview", act: () => go(toOverview(parse(location.hash)?.namespace)) },
      { keys: "g w", text: "Workflows", act: () => go(toList(parse(location.hash)?.namespace ?? "default")) },
      { keys: "t", text: "Light or dark", act: () => switchTheme(byId("theme")) },
      { keys: "?", text: "These keys", act: showKeys },
    ],
    { always: true },
  );
  setInterval(beat, 1000);
  readNamespaces().catch(() => {}); // whoever shows something tells of what is wrong
  show();
}

start();
