// Dialogs. The browser's own element keeps the focus inside and gives it back.
import { h, uniqueId } from "./dom.js";
import { problemBox } from "./problems.js";

/** Opens a dialog. `make(close)` gives what is in it. */
export function openDialog(title, make) {
  const id = uniqueId("dialog");
  const dialog = h("dialog", { "aria-labelledby": id, onclose: () => dialog.remove() });
  const close = () => dialog.close();
  dialog.append(h("h2", { id }, title), ...[make(close)].flat(Infinity).filter(Boolean));
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/**
 * Asks before something is done. The form stays, with what went wrong, until it has been done: nothing that was typed is lost.
 * @param o `{title, text, fields, action, danger, run(form data), done(result)}`
 */
export function confirmAction(o) {
  openDialog(o.title, (close) => {
    const outcome = h("div", { "aria-live": "polite" });
    const go = h("button", { type: "submit", class: o.danger ? "danger" : "primary" }, o.action);
    const form = h(
      "form",
      {
        method: "dialog",
        novalidate: true,
        async onsubmit(e) {
          e.preventDefault();
          go.disabled = true;
          outcome.replaceChildren(h("p", { class: "quiet" }, "Waiting for the silo …"));
          try {
            const result = await o.run(new FormData(form));
            close();
            o.done?.(result);
          } catch (error) {
            outcome.replaceChildren(problemBox(error));
            go.disabled = false;
          }
        },
      },
      (o.text ?? []).map((line) => h("p", {}, line)),
      o.fields ?? [],
      outcome,
      h("p", { class: "buttons" }, h("button", { type: "button", onclick: close }, "Do nothing"), go),
    );
    return form;
  });
}

/** A field with its label, and what is to be said of it. */
export function field(label, control, hint = null) {
  const id = uniqueId("field");
  control.id = id;
  const note = hint ? h("span", { class: "hint", id: `${id}-hint` }, hint) : null;
  if (note) control.setAttribute("aria-describedby", note.id);
  return h("div", { class: "field" }, h("label", { for: id }, label), control, note);
}
