// A filter as it stands in the page's address, and as the API takes it. Times in the address are relative or of the reader's
// clock ("2026-01-31T12:00"), so that a saved filter says the same tomorrow.

/** The fields of a filter. */
export const FIELDS = ["type", "status", "idPrefix", "startedFrom", "startedBefore", "closedFrom", "closedBefore"];

/** Statuses, as the API names them. */
export const STATUSES = [
  "running",
  "stalled",
  "completed",
  "failed",
  "canceled",
  "terminated",
  "timedOut",
  "continuedAsNew",
];

/** Whether the list is one of ends, newest end first, as the API orders it. */
export const isByEnd = (filter) => Boolean(filter.closedFrom || filter.closedBefore);

/** Only what is set of what is known. */
export function clean(values) {
  const filter = {};
  for (const field of FIELDS) if (values[field]) filter[field] = values[field];
  return filter;
}

/** As the API takes it. */
export function toApi(filter) {
  const query = { ...filter };
  for (const field of FIELDS) if (query[field] && /(From|Before)$/.test(field)) query[field] = toTime(query[field]);
  return query;
}

/** `-1h`, `-7d` and so on are before now; all else is a time of the reader's clock, or the API says what is wrong with it. */
export function toTime(text, now = Date.now()) {
  const relative = /^-(\d{1,4})(m|h|d)$/.exec(text);
  if (relative) return new Date(now - Number(relative[1]) * { m: 60e3, h: 3600e3, d: 86400e3 }[relative[2]]).toISOString();
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? text : time.toISOString();
}

/** A filter in a few words. */
export function describe(filter) {
  const parts = [];
  if (filter.status) parts.push(filter.status);
  if (filter.type) parts.push(filter.type);
  if (filter.idPrefix) parts.push(`${filter.idPrefix}…`);
  if (filter.startedFrom) parts.push(`started from ${filter.startedFrom}`);
  if (filter.startedBefore) parts.push(`started before ${filter.startedBefore}`);
  if (filter.closedFrom) parts.push(`ended from ${filter.closedFrom}`);
  if (filter.closedBefore) parts.push(`ended before ${filter.closedBefore}`);
  return parts.join(", ") || "all";
}
