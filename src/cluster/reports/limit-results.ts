// As many results as one object can hold.

import type { JsonObject } from '../../workload/json.ts';

/**
 * etcd refuses a request of 1.5 MiB, and API servers may be set to less than that; beside the results there are managedFields and
 * metadata, which others may add to.
 */
const mostBytes = 1024 * 1024;

export interface LimitedResults {
  readonly kept: readonly JsonObject[];
  readonly leftOut: number;
}

/** The first ones. */
export function limitResults(results: readonly JsonObject[], most: number): LimitedResults {
  const kept: JsonObject[] = [];
  let bytes = 0;
  for (const one of results.slice(0, most)) {
    bytes += Buffer.byteLength(JSON.stringify(one)) + 1;
    if (bytes > mostBytes) break;
    kept.push(one);
  }
  return { kept, leftOut: results.length - kept.length };
}
