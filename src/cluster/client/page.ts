// One page of a list after the other, each with as many objects as fit into a few megabytes.
//
// A page of 500 objects is usually half a megabyte long. Of the largest objects that the API server stores it would be 750.

import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject } from '../../workload/json.ts';
import { TooLong } from './answer.ts';
import type { Api } from './api.ts';

export interface Collection {
  /** Of the collection: `/api/v1/namespaces`. */
  readonly path: string;
  /** The most objects on a page. */
  readonly pageSize: number;
  /** Which of them: `labelSelector`, `fieldSelector`. Absent: all. */
  readonly query?: Readonly<Record<string, string>>;
  /** Only the metadata of each object. */
  readonly metadataOnly?: true;
}

/** Gives the page at that place, the first one for an empty string. @throws ApiError, or Error for no answer */
export type Pager = (place: string) => Promise<JsonObject>;

const metadataList = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';
const mebi = 1024 * 1024;
const wantedBytes = 2 * mebi;
/** What is longer is cut off, and asked for again in smaller pages; a page of one object is read whatever its size. */
export const mostPageBytes = 4 * mebi;
const firstPageSize = 100;
/**
 * A process that lists anew also answers requests, and to parse a megabyte takes it some milliseconds. Behind a page of ordinary
 * objects it does not rest, behind one of large ones for longer than it worked.
 */
const restMsPerMebi = 20;

export function createPager(
  api: Api,
  { path, pageSize, query, metadataOnly }: Collection,
  signal?: AbortSignal,
): Pager {
  let limit = Math.min(pageSize, firstPageSize);
  let restMs = 0;
  const ask = async (place: string) => {
    let bytes = 0;
    const page = await api.json({
      path,
      query: { ...query, limit: String(limit), ...(place !== '' && { continue: place }) },
      received: (count) => {
        bytes = count;
      },
      ...(metadataOnly && { accept: metadataList }),
      ...(limit > 1 && { mostBytes: mostPageBytes }),
      ...(signal && { signal }),
    });
    restMs = bytes < mebi ? 0 : (bytes / mebi) * restMsPerMebi;
    const count = Array.isArray(page.items) ? page.items.length : 0;
    limit = Math.max(1, Math.min(pageSize, limit * 2, fitting(count, bytes)));
    return page;
  };
  return async (place) => {
    if (restMs > 0) await sleep(restMs);
    for (;;) {
      try {
        return await ask(place);
      } catch (error) {
        if (!(error instanceof TooLong) || limit === 1) throw error;
        limit = Math.max(1, Math.floor(limit / 4));
      }
    }
  };
}

/** How many objects of the same size make a page. */
function fitting(count: number, bytes: number): number {
  return count === 0 || bytes === 0 ? Number.POSITIVE_INFINITY : Math.floor((wantedBytes * count) / bytes);
}
