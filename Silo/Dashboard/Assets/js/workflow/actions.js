// What can be done to a run: each asks first, and says what it will do.
import { post } from "../api.js";
import { confirmAction, field, openDialog } from "../dialogs.js";
import { h, replace } from "../dom.js";
import { InputError } from "../problems.js";
import { valueOf } from "./payload.js";

/**
 * The buttons of what can be done to a run as it stands.
 * @param types What is known of workflow types.
 * @param learned Gives a promise that ends once this run's type has been read, or could not be.
 */
export function actionsOf(run, types, learned, done) {
  const d = run.description;
  const known = { of: (kind) => types[d.type]?.[kind] ?? [], learned };
  const isOpen = !d.closedAt;
  const actions = [{ name: "query", keys: "q", text: "Query", act: () => query(run, known) }];
  if (isOpen) {
    actions.push(
      { name: "signal", keys: "s", text: "Signal", act: () => message(run, "signal", known, done) },
      { name: "update", keys: "u", text: "Update", act: () => message(run, "update", known, done) },
    );
    if (!d.cancelRequested) actions.push({ name: "cancel", keys: "c", text: "Cancel", act: () => cancel(run, done) });
    actions.push({ name: "terminate", keys: "x", text: "Terminate", danger: true, act: () => terminate(run, done) });
  }
  return actions;
}

const path = (run, ...more) => [...run.path, ...more];

function message(run, kind, known, done) {
  const { focus, name, field: nameField } = nameOf(kind, `${kind}s`, known);
  const values = argumentsField();
  confirmAction({
    title: `Send ${kind === "signal" ? "a signal" : "an update"}`,
    text: [
      kind === "signal"
        ? `“${run.id}” takes it once it is durable; there is no answer.`
        : `The handler of “${run.id}” may refuse it; its answer is shown.`,
    ],
    fields: [nameField, values],
    action: kind === "signal" ? "Send signal" : "Send update",
    run: () => post(path(run, `${kind}s`, name()), { arguments: readArguments(values), runId: run.runId }),
    done(result) {
      done();
      if (kind === "update")
        answer(
          "The update's answer",
          result.isCompleted
            ? valueOf(result.result ?? null)
            : h(
                "p",
                {},
                `It is accepted and has not finished yet (${result.updateId}); its outcome will be in the history.`,
              ),
        );
    },
  });
  focus();
}

function query(run, known) {
  const { name, field: nameField } = nameOf("query", "queries", known);
  const values = argumentsField();
  confirmAction({
    title: "Ask a query",
    text: ["The run's code answers from its state; nothing is changed."],
    fields: [nameField, values],
    action: "Ask",
    run: () => post(path(run, "queries", name()), { arguments: readArguments(values), runId: run.runId }),
    done: (result) => answer("The query's answer", valueOf(result.result ?? null)),
  });
}

function cancel(run, done) {
  const reason = h("input", { name: "reason", maxlength: "500", autocomplete: "off" });
  confirmAction({
    title: "Cancel this run?",
    text: [`The code of “${run.id}” is asked to end: it may compensate and clean up first, and may take its time.`],
    fields: [field("Why (recorded)", reason)],
    action: "Cancel the run",
    danger: true,
    run: () => post(path(run, "cancel"), { reason: reason.value || undefined, runId: run.runId }),
    done,
  });
}

function terminate(run, done) {
  const reason = h("input", { name: "reason", maxlength: "500", autocomplete: "off" });
  const sure = h("input", { name: "sure", autocomplete: "off", spellcheck: "false" });
  confirmAction({
    title: "Terminate this run?",
    text: [
      "It ends at once. Its code is not asked: nothing is compensated, and this cannot be undone. Cancel asks its code.",
    ],
    fields: [field("Why (recorded)", reason), field("Type the workflow's id", sure, run.id)],
    action: "Terminate the run",
    danger: true,
    run: async () => {
      if (sure.value !== run.id) throw new InputError("The id is not this workflow's; type it as it stands there.");
      await post(path(run, "terminate"), { reason: reason.value || undefined, runId: run.runId });
    },
    done,
  });
}

/** Pauses, resumes or resets an activity. */
export function control(run, what, activity, done) {
  const reason = h("input", { name: "reason", maxlength: "500", autocomplete: "off" });
  const titles = { pause: "Pause", resume: "Resume", reset: "Count attempts anew of" };
  const texts = {
    pause: "No new attempt begins until it is resumed; one that is under way goes on.",
    resume: "Attempts begin again.",
    reset: "Its retry policy counts from the first attempt again, and the next one begins at once.",
  };
  confirmAction({
    title: `${titles[what]} ${activity.type} #${activity.command}?`,
    text: [texts[what]],
    fields: what === "pause" ? [field("Why (recorded)", reason)] : [],
    action: { pause: "Pause", resume: "Resume", reset: "Count anew" }[what],
    run: () =>
      post(path(run, "activities", activity.command, what), {
        reason: what === "pause" && reason.value ? reason.value : undefined,
        runId: run.runId,
      }),
    done,
  });
}

// The type's handlers may still be on their way: the choice of them comes as they do, unless a name is being typed already.
function nameOf(kind, kinds, known) {
  const place = h("div");
  let input;
  const draw = () => {
    const handlers = known.of(kinds);
    input =
      handlers.length > 0
        ? h(
            "select",
            { name: "name" },
            handlers.map((m) => h("option", { value: m.name }, m.name)),
          )
        : h("input", { name: "name", required: true, autocomplete: "off", spellcheck: "false" });
    const hint = handlers.length > 0 ? handlers.map((m) => m.signature).join("; ") : null;
    replace(place, field(`Name of the ${kind}`, input, hint));
  };
  draw();
  if (known.of(kinds).length === 0)
    known.learned().then(() => {
      if (!place.isConnected || input.value !== "" || known.of(kinds).length === 0) return;
      const hadFocus = document.activeElement === input;
      draw();
      if (hadFocus) input.focus();
    });
  return {
    focus: () => input.focus(),
    field: place,
    name() {
      const text = input.value.trim();
      if (text === "") throw new InputError(`Name the ${kind}.`);
      return text;
    },
  };
}

const argumentsField = () =>
  field(
    "Arguments",
    h("textarea", { name: "arguments", rows: "3", spellcheck: "false", placeholder: '"text", 1, {"a": true}' }),
    "JSON values, with commas between them; none is no argument.",
  );

function readArguments(values) {
  const text = values.querySelector("textarea").value.trim();
  if (text === "") return [];
  try {
    return JSON.parse(`[${text}]`);
  } catch (e) {
    throw new InputError(`The arguments are no JSON: ${e.message}. A text stands in quotation marks.`);
  }
}

const answer = (title, content) =>
  openDialog(title, (close) => [
    content,
    h("p", { class: "buttons" }, h("button", { type: "button", class: "primary", onclick: close }, "Close")),
  ]);
