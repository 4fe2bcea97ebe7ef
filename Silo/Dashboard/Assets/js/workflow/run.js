// One run as this page knows it: its description, and its history as far as it has been read.
import { get } from "../api.js";

const FIRST = 500;
const MORE = 2000;

/** Of longer histories the middle is left out until somebody asks for it. */
const LONG = 4000;

/** Reads a run and what is new of it. */
export class Run {
  constructor(namespace, id, runId, signal) {
    Object.assign(this, { namespace, id, runId, signal, description: null, events: [], gap: null });
    this.path = ["namespaces", namespace, "workflows", id];
  }

  /** The last event that is known. */
  get last() {
    return this.events.at(-1)?.sequence ?? 0;
  }

  /** The event that began the run. */
  get started() {
    return this.events[0]?.type === "run-started" ? this.events[0].event : null;
  }

  /** Reads the description and the beginning of the history, at once. */
  async open() {
    const [description, page] = await Promise.all([this.#get([], {}), this.#get(["history"], { from: 1, limit: FIRST })]);
    this.description = description;
    this.runId = description.runId;
    // Between the two answers the id may have been started again.
    const same = page.events[0]?.event.runId === this.runId;
    const first = same ? page : await this.#get(["history"], { from: 1, limit: FIRST });
    this.events = first.events;
    return first.next ?? null;
  }

  /** Reads on from a page's end: all of it, or the end of a long one. */
  async rest(next, changed) {
    if (next !== null && this.description.historyLength - next > LONG) {
      const resume = this.description.historyLength - MORE + 1;
      this.gap = { from: next, to: resume - 1 };
      next = resume;
    }
    while (next !== null) {
      const page = await this.#get(["history"], { from: next, limit: MORE });
      this.#add(page.events);
      changed();
      next = page.next ?? null;
    }
  }

  /** Reads some of what was left out. */
  async fillGap() {
    if (!this.gap) return;
    const page = await this.#get(["history"], { from: this.gap.from, limit: MORE });
    const wanted = page.events.filter((e) => e.sequence <= this.gap.to);
    const at = this.events.findIndex((e) => e.sequence > this.gap.from);
    this.events.splice(at, 0, ...wanted);
    const reached = wanted.at(-1)?.sequence ?? this.gap.to;
    this.gap = reached >= this.gap.to ? null : { from: reached + 1, to: this.gap.to };
  }

  /** Reads what is new. */
  async refresh() {
    const [description] = await Promise.all([this.#get([], {}), this.#readNew()]);
    this.description = description;
  }

  async #readNew() {
    let next = this.last + 1;
    while (next !== null) {
      const page = await this.#get(["history"], { from: next, limit: MORE });
      this.#add(page.events);
      next = page.next ?? null;
    }
  }

  #add(events) {
    for (const e of events) if (e.sequence > this.last) this.events.push(e);
  }

  #get(more, query) {
    return get([...this.path, ...more], { ...query, runId: this.runId }, { signal: this.signal });
  }
}

/** An instance's key in a history: its id, or `@namespace:id`. */
export function keyOf(text) {
  const named = /^@([^:]*):(.*)$/s.exec(text ?? "");
  return named ? { namespace: named[1], id: named[2] } : { namespace: "default", id: text ?? "" };
}
