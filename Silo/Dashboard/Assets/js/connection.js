// Whether the silo answers. A page that shows what was, must say so.
import { byId, h, replace } from "./dom.js";
import { timeText } from "./format.js";

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 4_000;
const PATIENCE = 5_000;

let lastAnswer = Date.now();
let isLost = false;
let streams = 0;

/** Heard when the silo is there again. */
export const connection = new EventTarget();

/** A silo has answered. */
export function reached() {
  lastAnswer = Date.now();
  if (!isLost) return;
  isLost = false;
  byId("notice").hidden = true;
  connection.dispatchEvent(new Event("back"));
  show();
}

/** No silo has answered. */
export function lost() {
  if (isLost) return;
  isLost = true;
  const notice = byId("notice");
  replace(
    notice,
    h("strong", {}, `The silo at ${location.host} does not answer.`),
    ` What you see is as of ${timeText(lastAnswer)}. Workflows go on wherever a silo of the cluster lives; nothing ` +
      "acknowledged is lost. Start this silo again, or open the dashboard of another one. This page reconnects by itself.",
  );
  notice.hidden = false;
  show();
  knock();
}

// Asks whether anybody is there again, ever more seldom; who listens to a stream or shows a view is told then.
async function knock() {
  for (let n = 0; isLost; n++) {
    await pause(Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** n));
    if (document.hidden) continue;
    try {
      await fetch("../health/live", { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
      reached();
    } catch {
      // Not yet.
    }
  }
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A stream has opened (1) or ended (-1). */
export function streaming(change) {
  streams += change;
  show();
}

function show() {
  const live = byId("live");
  const text = isLost ? "not connected" : streams > 0 ? "live" : "";
  if (live.textContent === text) return;
  live.textContent = text;
  live.dataset.state = isLost ? "lost" : streams > 0 ? "live" : "";
}
