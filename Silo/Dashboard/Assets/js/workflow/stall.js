// A stalled run: what its history has, and what its code does instead, side by side.
import { h, replace } from "../dom.js";
import { json } from "./payload.js";
import { summaryOf } from "./summaries.js";

/** The panel; hidden while the run is not stalled. */
export function stallPanel(run) {
  const content = h("div");
  const element = h(
    "section",
    { class: "card stall", "aria-labelledby": "stall-title" },
    h("h2", { id: "stall-title" }, "Stalled: expected against actual"),
    content,
  );
  const draw = () => {
    const stall = run.description.stall;
    element.hidden = !stall;
    if (!stall) return;
    const at = run.events.find((e) => e.sequence === stall.eventNumber);
    replace(
      content,
      h("p", {}, stall.message, " ", h("a", { href: `..${stall.page}` }, `About ${stall.code}`)),
      h(
        "div",
        { class: "diff" },
        side("The history expects", "−", stall.expected),
        side("The code as deployed does", "+", stall.actual),
      ),
      at
        ? h(
            "details",
            {},
            h("summary", {}, `Event ${at.sequence} of the history: ${at.type} ${summaryOf(at.event)}`),
            json(at.event),
          )
        : null,
      h(
        "p",
        {},
        "Deploy code that fits (guard a change with ",
        h("code", {}, "Context.Patched"),
        ", or host the old version beside the new " + "one): the run then goes on by itself. Nothing is lost meanwhile.",
      ),
    );
  };
  draw();
  return { element, draw };
}

// Words that differ are told by a sign as well as by colour.
const side = (title, sign, text) =>
  h(
    "div",
    { class: sign === "+" ? "actual" : "expected" },
    h("h3", {}, title),
    h(
      "pre",
      { tabindex: "0" },
      text
        ? text
            .split("\n")
            .map((line) => `${sign} ${line}\n`)
            .join("")
        : `${sign} nothing`,
    ),
  );
