// What messages a workflow type takes, where a silo at hand hosts it.
import { get, Problem } from "../api.js";

/** Reads it into `types`; of a type that is not hosted nothing is known, and names are typed by hand. */
export async function readTypes(type, types, signal) {
  if (type in types) return;
  try {
    types[type] = await get(["workflow-types", type], {}, { signal });
  } catch (error) {
    if (!(error instanceof Problem && error.status === 404)) throw error;
    types[type] = null;
  }
}
