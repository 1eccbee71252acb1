import type { KubeAccess } from "./access.ts";
import { KubeError } from "./errors.ts";
import { acceptOf, type Resource, selectionOf, versionOf } from "./resource.ts";

/** Part of a list. */
export interface Page {
  readonly items: readonly unknown[];
  /** Position in history from which a watch goes on; the same on all pages. */
  readonly version: string;
}

/** Parsing a page of this many objects stalls the event loop for a few milliseconds only. */
const pageSize = 500;

/**
 * Lists a collection page by page. No resource version is asked for, so that what comes is the latest state and never
 * one from before.
 * @throws KubeError 410 when the list grew too old between two pages: start again
 */
export async function* listPages(access: KubeAccess, resource: Resource, signal: AbortSignal): AsyncGenerator<Page> {
  const accept = acceptOf(resource, "list");
  let next: string | undefined;
  do {
    const query = { limit: pageSize, ...selectionOf(resource), ...(next !== undefined && { continue: next }) };
    const list = await access.request(resource.path, { query, accept, signal });
    yield readPage(resource, list);
    next = continueOf(list);
  } while (next !== undefined);
}

function readPage(resource: Resource, list: unknown): Page {
  const items = (list as { items?: unknown } | null)?.items ?? [];
  const version = versionOf(list);
  if (!Array.isArray(items) || version === undefined)
    throw new KubeError(undefined, `GET ${resource.path}: the answer is no list`);
  return { items, version };
}

function continueOf(list: unknown): string | undefined {
  const next = (list as { metadata?: { continue?: unknown } }).metadata?.continue;
  return typeof next === "string" && next !== "" ? next : undefined;
}
