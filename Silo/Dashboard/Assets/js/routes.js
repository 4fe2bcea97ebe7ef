// Addresses of the page's views, in the fragment: an id may have any characters, and no server has to know them.
//   #/                               the overview
//   #/NAMESPACE/workflows?FILTER     a list
//   #/NAMESPACE/workflow/ID?run=RUN  one workflow

const part = (text) => encodeURIComponent(String(text).toWellFormed());

const query = (values) => {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(values ?? {}))
    if (value !== null && value !== undefined && value !== "") search.set(name, value);
  const text = search.toString();
  return text ? `?${text}` : "";
};

export const toOverview = (namespace) => (namespace && namespace !== "default" ? `#/${part(namespace)}` : "#/");
export const toList = (namespace, filter) => `#/${part(namespace)}/workflows${query(filter)}`;
export const toWorkflow = (namespace, id, run) => `#/${part(namespace)}/workflow/${part(id)}${query({ run })}`;

/** Reads an address; null for one that is none of the page's. */
export function parse(hash) {
  const text = hash.startsWith("#") ? hash.slice(1) : hash;
  const mark = text.indexOf("?");
  const path = mark < 0 ? text : text.slice(0, mark);
  const values = Object.fromEntries(new URLSearchParams(mark < 0 ? "" : text.slice(mark + 1)));
  let parts;
  try {
    parts = path.split("/").slice(1).map(decodeURIComponent);
  } catch {
    return null;
  }
  if (path === "" || path === "/") return { page: "overview", namespace: "default", query: values };
  if (parts.length === 1) return { page: "overview", namespace: parts[0], query: values };
  if (parts.length === 2 && parts[1] === "workflows") return { page: "workflows", namespace: parts[0], query: values };
  if (parts.length === 3 && parts[1] === "workflow")
    return { page: "workflow", namespace: parts[0], id: parts[2], query: values };
  return null;
}

/** Goes to a view. */
export function go(address, { replace = false } = {}) {
  if (replace) history.replaceState(null, "", address);
  else location.hash = address.slice(1);
}
