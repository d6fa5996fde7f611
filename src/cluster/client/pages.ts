// A list of the API server in pages, so that neither side holds all of it at once.

import { isObject, type Json, type JsonObject, own } from '../../workload/json.ts';
import { type Api, ApiError } from './api.ts';
import { type Collection, createPager, type Pager } from './page.ts';

/**
 * The pages of a list that takes longer than the API server remembers, some minutes, are of different moments: no object comes
 * twice, and what was created meanwhile may be missing. @throws ApiError, or Error when the answer is not a list.
 */
export async function* pagesOf(
  api: Api,
  collection: Collection,
): AsyncGenerator<readonly JsonObject[], void, undefined> {
  for await (const { items } of pagesBy(createResuming(api, collection), collection.path)) yield items;
}

export interface ListPage {
  readonly items: readonly JsonObject[];
  /** Of the list: where a watch continues. */
  readonly version: string;
}

/** All of one moment: such a list takes no longer than the API server remembers, or throws ApiError 410. @throws as pagesOf */
export function consistentPagesOf(
  api: Api,
  collection: Collection,
  signal: AbortSignal,
): AsyncGenerator<ListPage, void, undefined> {
  return pagesBy(createPager(api, collection, signal), collection.path);
}

/** An API server fills a page or ends the list, so one that says again and again that more will come is broken. */
const mostEmptyPages = 100;

async function* pagesBy(page: Pager, path: string): AsyncGenerator<ListPage, void, undefined> {
  let next = '';
  let empty = 0;
  do {
    const { items, metadata } = await page(next);
    // An empty list of a Go server can be null.
    const list = items === null ? [] : items;
    if (!Array.isArray(list) || !isObject(metadata)) throw new Error(`${path} did not return a list`);
    yield { items: (list as Json[]).filter(isObject), version: String(own(metadata, 'resourceVersion') ?? '') };
    const before = next;
    next = String(own(metadata, 'continue') ?? '');
    empty = list.length === 0 ? empty + 1 : 0;
    if (next !== '' && (next === before || empty === mostEmptyPages))
      throw new Error(`the pages of ${path} do not end`);
  } while (next !== '');
}

/** A place that has expired is asked for once more, by the name that the API server then gives it. */
function createResuming(api: Api, collection: Collection): Pager {
  const ask = createPager(api, collection);
  return async (place) => {
    try {
      return await ask(place);
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 410 || error.resume === undefined) throw error;
      return ask(error.resume);
    }
  };
}
