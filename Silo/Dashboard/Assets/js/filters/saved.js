// Filters that have a name: a few that everybody needs, and the reader's own, kept in this browser.
import { confirmAction, field } from "../dialogs.js";
import { h, replace } from "../dom.js";
import { InputError } from "../problems.js";
import { toList } from "../routes.js";
import { clean, describe } from "./filter.js";

const KEY = "orchestration.filters";
const MOST = 50;

const GIVEN = [
  { name: "All", filter: {} },
  { name: "Running", filter: { status: "running" } },
  { name: "Stalled", filter: { status: "stalled" } },
  { name: "Failed, last day", filter: { status: "failed", closedFrom: "-1d" } },
];

/** The row of named filters. */
export function savedFilters(namespace, filter) {
  const nav = h("nav", { class: "saved", "aria-label": "Saved filters" });
  const same = (other) => JSON.stringify(clean(other)) === JSON.stringify(clean(filter));
  const draw = () => {
    const own = read();
    const isKnown = [...GIVEN, ...own].some((f) => same(f.filter));
    replace(
      nav,
      GIVEN.map((f) => chip(namespace, f, same(f.filter))),
      own.map((f) =>
        h(
          "span",
          { class: "own" },
          chip(namespace, f, same(f.filter)),
          h(
            "button",
            {
              type: "button",
              class: "plain small",
              "aria-label": `Forget the filter ${f.name}`,
              onclick: () => {
                write(read().filter((o) => o.name !== f.name));
                draw();
              },
            },
            "✕",
          ),
        ),
      ),
      isKnown
        ? null
        : h("button", { type: "button", class: "small", onclick: () => save(clean(filter), draw) }, "Save this filter"),
    );
  };
  draw();
  return nav;
}

const chip = (namespace, f, isCurrent) =>
  h(
    "a",
    {
      class: "chip",
      href: toList(namespace, clean(f.filter)),
      title: describe(f.filter),
      "aria-current": isCurrent ? "true" : null,
    },
    f.name,
  );

function save(filter, done) {
  const name = h("input", { name: "name", required: true, maxlength: "40", autocomplete: "off" });
  confirmAction({
    title: "Save this filter",
    text: [`It lists: ${describe(filter)}. This browser keeps it.`],
    fields: [field("Name", name)],
    action: "Save",
    run: async () => {
      const text = name.value.trim();
      if (text === "") throw new InputError("Give it a name.");
      const others = read().filter((o) => o.name !== text);
      if (others.length >= MOST) throw new InputError(`${MOST} filters are kept; forget one first.`);
      write([...others, { name: text, filter }]);
    },
    done,
  });
}

function read() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept)
      ? kept.filter((f) => typeof f?.name === "string" && f.filter && typeof f.filter === "object").slice(0, MOST)
      : [];
  } catch {
    return []; // something else wrote there, or storage is switched off
  }
}

function write(filters) {
  try {
    localStorage.setItem(KEY, JSON.stringify(filters));
  } catch {
    throw new InputError(
      "This browser keeps nothing (its storage is full or switched off); the address of the list can be kept.",
    );
  }
}
