// The HTTP API of the silo that served this page.
import { reached, lost } from "./connection.js";

const base = new URL("../api/v1/", location.origin + location.pathname);
const KEY = "orchestration.key";
const PATIENCE = 30_000;

/** The silo said no: its code, what is wrong, and what to do. */
export class Problem extends Error {
  constructor(status, body) {
    super(body.detail ?? `The silo answered ${status}.`);
    this.status = status;
    this.code = body.code ?? "";
    this.remedy = body.remedy ?? "";
    this.failure = body.failure ?? null;
    this.page = typeof body.type === "string" && body.type.startsWith("/docs/") ? `..${body.type}` : null;
  }
}

/** No silo answered; told by the page's notice. */
export class Unreachable extends Error {}

/** Where one is told that a key is needed. */
export const keyNeeded = new EventTarget();

/** The API key of this tab; it goes with the tab. */
export const key = {
  get: () => sessionStorage.getItem(KEY),
  set: (value) => sessionStorage.setItem(KEY, value),
  forget: () => sessionStorage.removeItem(KEY),
};

/** An address of the API: parts of the path as they are meant, and a query whose empty values are left out. */
export function address(parts, query = {}) {
  const url = new URL(parts.map(inPath).join("/"), base);
  for (const [name, value] of Object.entries(query))
    if (value !== null && value !== undefined && value !== "") url.searchParams.set(name, value);
  return url;
}

/** The headers of each request. */
export function headers(more = {}) {
  const own = key.get();
  return own ? { ...more, Authorization: `Bearer ${own}` } : more;
}

// Browsers take "." and ".." for steps, and "~" begins the API's own form for ids that no path can carry.
function inPath(part) {
  const text = String(part).toWellFormed();
  if (text !== "." && text !== ".." && !text.startsWith("~")) return encodeURIComponent(text);
  const binary = String.fromCharCode(...new TextEncoder().encode(text));
  return `~${btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
}

/** Asks; the JSON of the answer. */
export async function get(parts, query, { signal } = {}) {
  return (await read(address(parts, query), { headers: headers(), signal })).body;
}

const known = new Map();

/**
 * Asks for something that may not have changed since: null where it has not. Of addresses asked lately the tags are kept, and the
 * answers are not.
 */
export async function getIfChanged(parts, query, { signal } = {}) {
  const url = address(parts, query);
  const tag = known.get(url.href);
  const answer = await read(url, { headers: headers(tag ? { "If-None-Match": tag } : {}), signal, cache: "no-store" });
  if (answer.status === 304) return null;
  known.delete(url.href);
  if (answer.tag) known.set(url.href, answer.tag);
  if (known.size > 50) known.delete(known.keys().next().value);
  return answer.body;
}

/** Forgets a tag, so that the next answer is a whole one. */
export const forgetTag = (parts, query) => known.delete(address(parts, query).href);

/** Does something, under a key of its own, so that a repeat after a lost answer takes effect once. */
export async function post(parts, body, { id = newRequestId(), signal } = {}) {
  const answer = await read(address(parts), {
    method: "POST",
    headers: headers({ "Content-Type": "application/json", "Idempotency-Key": id }),
    body: JSON.stringify(body),
    signal,
  });
  return answer.body;
}

/** A name for a request. `crypto.randomUUID` is not there on a page that came over plain HTTP from another machine. */
export function newRequestId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");
}

async function read(url, options) {
  const limit = AbortSignal.timeout(PATIENCE);
  const signal = options.signal ? AbortSignal.any([options.signal, limit]) : limit;
  let response, text;
  try {
    response = await fetch(url, { ...options, signal, redirect: "error" });
    text = await response.text();
  } catch (e) {
    if (options.signal?.aborted) throw e;
    lost(url);
    throw new Unreachable("No silo answered.");
  }
  reached();
  if (response.status === 304) return { status: 304 };
  if (response.ok)
    return { status: response.status, tag: response.headers.get("ETag"), body: text ? JSON.parse(text) : null };
  throw problemOf(response, text);
}

/** What an answer that is none says. */
export function problemOf(response, text) {
  let body = {};
  try {
    body = JSON.parse(text);
  } catch {
    body = {
      detail: `Something between this page and the silo answered ${response.status}.`,
      remedy: "Look at the proxy in front of the silo, if there is one.",
    };
  }
  const problem = new Problem(response.status, body);
  if (problem.status === 401) keyNeeded.dispatchEvent(new CustomEvent("needed", { detail: problem }));
  return problem;
}
