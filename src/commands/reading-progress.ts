// How far a long reading of a cluster is, for somebody who waits at a terminal.

import type { Api } from '../cluster/client/api.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { number } from '../text/count.ts';
import { isObject } from '../workload/json.ts';

/** Nobody wonders earlier. */
const quietMs = 1000;
const betweenMs = 100;

/** The same API: after a second it shows which list is read, and how much of it. `name`: of the command. */
export function showReading(api: Api, name: string, { progress, quiet }: Terminal): Api {
  if (progress === undefined || quiet) return api;
  const counts = new Map<string, number>();
  let nextMs = performance.now() + quietMs;
  const json: Api['json'] = async (call) => {
    const answer = await api.json(call);
    if (!Array.isArray(answer.items)) return answer;
    const count = (counts.get(call.path) ?? 0) + answer.items.length;
    counts.set(call.path, count);
    if (performance.now() < nextMs) return answer;
    nextMs = performance.now() + betweenMs;
    const left = isObject(answer.metadata) ? Number(answer.metadata.remainingItemCount ?? 0) : 0;
    const of = left > 0 ? ` of ${number(count + left)}` : '';
    progress(`hitless ${name}: reading ${call.path.split('/').at(-1)}: ${number(count)}${of}`);
    return answer;
  };
  return { ...api, json };
}
