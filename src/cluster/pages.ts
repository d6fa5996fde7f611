// A list of the API server in pages, so that neither side holds all of it at once.

import { isObject, type Json, type JsonObject, own } from '../workload/json.ts';
import type { Api } from './api.ts';
import type { Resource } from './reflector.ts';

/** @throws ApiError, or Error when what comes is no list. */
export async function* pagesOf(
  api: Api,
  { path, pageSize }: Resource,
): AsyncGenerator<readonly JsonObject[], void, undefined> {
  let next = '';
  do {
    const query = { limit: String(pageSize), ...(next !== '' && { continue: next }) };
    const { items, metadata } = await api.json({ path, query });
    // An empty list of a Go server can be null.
    const list = items ?? [];
    if (!Array.isArray(list) || !isObject(metadata)) throw new Error(`what came from ${path} is no list`);
    yield (list as Json[]).filter(isObject);
    const before = next;
    next = String(own(metadata, 'continue') ?? '');
    if (next !== '' && next === before) throw new Error(`the pages of ${path} do not end`);
  } while (next !== '');
}
