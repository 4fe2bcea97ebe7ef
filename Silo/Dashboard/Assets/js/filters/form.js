// The form above the list.
import { get } from "../api.js";
import { field } from "../dialogs.js";
import { h } from "../dom.js";
import { words } from "../format.js";
import { go, toList } from "../routes.js";
import { clean, FIELDS, STATUSES } from "./filter.js";

/** The form with a filter in it; what is typed goes into the address when it is sent. */
export function filterForm(namespace, filter, signal) {
  const types = h("datalist", { id: "types" });
  const prefix = h("input", {
    name: "idPrefix",
    type: "search",
    value: filter.idPrefix ?? "",
    spellcheck: "false",
    autocomplete: "off",
  });
  const status = h(
    "select",
    { name: "status", onchange: () => form.requestSubmit() },
    h("option", { value: "" }, "any"),
    STATUSES.map((s) => h("option", { value: s }, words(s))),
  );
  status.value = filter.status ?? "";
  const form = h(
    "form",
    {
      class: "filter",
      role: "search",
      "aria-label": "Filter of the list",
      onsubmit(e) {
        e.preventDefault();
        go(toList(namespace, clean(Object.fromEntries(new FormData(form)))));
      },
    },
    field("Id begins with", prefix),
    field("Status", status),
    field(
      "Type",
      h("input", { name: "type", list: "types", value: filter.type ?? "", autocomplete: "off", spellcheck: "false" }),
    ),
    time("Started from", "startedFrom", filter),
    time("Started before", "startedBefore", filter),
    time("Ended from", "closedFrom", filter),
    time("Ended before", "closedBefore", filter),
    types,
    h(
      "div",
      { class: "buttons" },
      h("button", { type: "submit", class: "primary" }, "Filter"),
      FIELDS.some((f) => filter[f]) ? h("a", { class: "button", href: toList(namespace) }, "Clear") : null,
    ),
  );
  readTypes(types, signal);
  return { element: form, focus: () => prefix.focus() };
}

function time(label, name, filter) {
  return field(
    label,
    h("input", {
      name,
      value: filter[name] ?? "",
      placeholder: "2026-01-31T12:00 or -1h",
      autocomplete: "off",
      pattern: "-\\d{1,4}[mhd]|\\d{4}-\\d\\d-\\d\\d([T ]\\d\\d:\\d\\d(:\\d\\d)?)?.*",
      title: "A time of your clock, such as 2026-01-31T12:00, or one before now: -30m, -1h, -7d",
    }),
  );
}

async function readTypes(list, signal) {
  try {
    const info = await get(["info"], {}, { signal });
    list.replaceChildren(...info.workflowTypes.map((t) => h("option", { value: t })));
  } catch {
    // The field takes any name.
  }
}
