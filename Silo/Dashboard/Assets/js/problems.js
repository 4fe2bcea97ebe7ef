// What went wrong, in words, and what to do.
import { Problem, Unreachable } from "./api.js";
import { h } from "./dom.js";

/** A box about an error. */
export function problemBox(error) {
  if (error instanceof Unreachable) {
    return h(
      "div",
      { class: "problem unreachable", role: "alert" },
      h("strong", {}, "No silo answered."),
      h(
        "p",
        {},
        "Nothing is known about what was asked. It is shown as soon as a silo answers; what was to be done may be " +
          "tried again.",
      ),
    );
  }
  if (error instanceof Problem) {
    return h(
      "div",
      { class: "problem", role: "alert" },
      h("strong", {}, error.message),
      error.failure ? h("p", {}, error.failure.message) : null,
      error.remedy ? h("p", {}, error.remedy) : null,
      error.page ? h("p", {}, h("a", { href: error.page }, `About ${error.code}`)) : null,
    );
  }
  return h(
    "div",
    { class: "problem", role: "alert" },
    h("strong", {}, error instanceof InputError ? error.message : "The page itself has an error."),
    error instanceof InputError
      ? null
      : h("p", {}, `${error?.message ?? error}. Reload the page; if that does not help, it is a fault of the dashboard.`),
  );
}

/** Tells in `place` of what went wrong while a view is shown; that no silo answers, the page's notice says. */
export function teller(place, signal) {
  const told = (error) => {
    if (signal.aborted || error instanceof Unreachable) return;
    place.replaceChildren(problemBox(error));
  };
  told.clear = () => place.replaceChildren();
  return told;
}

/** What was typed cannot be sent. */
export class InputError extends Error {}
