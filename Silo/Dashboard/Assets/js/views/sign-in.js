// Asks for the API key. It is kept for this tab alone and sent with each request.
import { get, key } from "../api.js";
import { field } from "../dialogs.js";
import { h, replace } from "../dom.js";
import { InputError, problemBox } from "../problems.js";

/** Shows the sign-in; `done` goes on. */
export function signIn(main, problem, done) {
  const wasWrong = key.get() !== null;
  key.forget();
  const input = h("input", {
    type: "password",
    name: "key",
    autocomplete: "current-password",
    required: true,
    spellcheck: "false",
  });
  const outcome = h("div", {}, wasWrong ? problemBox(problem) : null);
  const button = h("button", { type: "submit", class: "primary" }, "Sign in");
  replace(
    main,
    h(
      "section",
      { class: "card sign-in", "aria-labelledby": "sign-in-title" },
      h("h1", { id: "sign-in-title" }, "This silo asks for an API key"),
      h(
        "p",
        {},
        "Type one of the keys in the silo's ",
        h("code", {}, "--api-key-file"),
        ". This tab keeps it until it is closed, and sends it to this silo alone.",
      ),
      h(
        "form",
        {
          async onsubmit(e) {
            e.preventDefault();
            if (!/^[\x21-\x7e]+$/.test(input.value.trim())) {
              outcome.replaceChildren(
                problemBox(new InputError("A key is one word of ASCII characters: copy it as it is.")),
              );
              input.focus();
              return;
            }
            button.disabled = true;
            key.set(input.value.trim());
            try {
              await get(["info"]); // a wrong key brings this view back, with what the silo said
              done();
            } catch (error) {
              outcome.replaceChildren(problemBox(error));
              button.disabled = false;
            }
          },
        },
        field("API key", input),
        outcome,
        h("p", { class: "buttons" }, button),
      ),
    ),
  );
  input.focus();
}
