// Server-sent events through fetch, since an EventSource cannot send a key.
import { address, headers, problemOf } from "./api.js";
import { connection, lost, reached, streaming } from "./connection.js";

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 5_000;

/** The server says something every 15 seconds at least; one that is silent for longer is gone, whatever the socket says. */
const SILENCE = 40_000;

/**
 * Listens to a stream until it ends or is stopped. It reconnects by itself and goes on where it was; while the page is hidden it
 * is closed, since browsers give a host six connections for all tabs.
 * @param parts the address
 * @param query the address's query
 * @param on `{event(name, data), problem(problem), back()}`; `back` is told when it reconnects
 * @returns a function that stops it
 */
export function listen(parts, query, on) {
  const stopped = new AbortController();
  let current = null;
  let lastId = null;

  const onVisibility = () => (document.hidden ? current?.abort("hidden") : wake?.());
  const onBack = () => wake?.();
  let wake = null;
  document.addEventListener("visibilitychange", onVisibility);
  connection.addEventListener("back", onBack);
  stopped.signal.addEventListener("abort", () => {
    document.removeEventListener("visibilitychange", onVisibility);
    connection.removeEventListener("back", onBack);
    current?.abort("stopped");
    wake?.();
  });

  const pause = (milliseconds) =>
    new Promise((resolve) => {
      const timer = milliseconds === null ? null : setTimeout(resolve, milliseconds);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    }).finally(() => {
      wake = null;
    });

  const run = async () => {
    let failures = 0;
    let isFirst = true;
    while (!stopped.signal.aborted) {
      if (document.hidden) {
        await pause(null);
        continue;
      }
      current = new AbortController();
      const outcome = await once(address(parts, query), current, lastId, {
        opened: () => {
          failures = 0;
          if (!isFirst) on.back?.();
          isFirst = false;
        },
        event: (e) => {
          if (e.id) lastId = e.id;
          on.event(e.name, e.data);
        },
      });
      if (stopped.signal.aborted || outcome.isOver) return;
      if (outcome.problem) {
        on.problem?.(outcome.problem);
        if (outcome.problem.status < 500) return;
      }
      if (current.signal.reason === "hidden") continue;
      await pause(Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** failures++));
    }
  };
  run();
  return () => stopped.abort();
}

async function once(url, current, lastId, on) {
  let watchdog = setTimeout(() => current.abort("silent"), SILENCE);
  let isOpen = false;
  try {
    const more = lastId ? { "Last-Event-ID": lastId } : {};
    const response = await fetch(url, {
      headers: headers({ Accept: "text/event-stream", ...more }),
      signal: current.signal,
      cache: "no-store",
    });
    reached();
    if (response.status === 204) return { isOver: true };
    if (!response.ok) return { problem: problemOf(response, await response.text()) };
    on.opened();
    isOpen = true;
    streaming(1);
    let buffer = "";
    for await (const text of chunks(response.body)) {
      clearTimeout(watchdog);
      watchdog = setTimeout(() => current.abort("silent"), SILENCE);
      buffer += text;
      const blocks = buffer.split("\n\n");
      buffer = blocks.pop();
      for (const block of blocks) {
        const event = parse(block);
        if (!event) continue;
        on.event(event);
        if (event.name === "end") return { isOver: true };
      }
    }
    return {}; // the silo goes in good order; another one, or the same again, will be there soon
  } catch (e) {
    if (current.signal.reason !== "hidden" && current.signal.reason !== "stopped") lost();
    return {};
  } finally {
    clearTimeout(watchdog);
    if (isOpen) streaming(-1);
    current.abort("ended");
  }
}

async function* chunks(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  while (true) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}

function parse(block) {
  let [id, name, data] = [null, "message", ""];
  for (const line of block.split("\n")) {
    if (line.startsWith("id: ")) id = line.slice(4);
    else if (line.startsWith("event: ")) name = line.slice(7);
    else if (line.startsWith("data: ")) data += line.slice(6);
  }
  return data ? { id, name, data: JSON.parse(data) } : null;
}
