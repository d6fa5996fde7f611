// Rollouts that are stuck behind a strategy that keeps every old pod until a new one is ready.

import { type Known, knownValue, unknownOf } from '../../../cluster/known.ts';
import { count } from '../../../text/count.ts';
import { defineCheck } from '../check.ts';
import { placesOf } from '../places.ts';
import type { Scan } from '../scan.ts';

export const rolloutsCheck = defineCheck<Known<Scan>>({
  id: 'rollouts',
  title: 'rollouts',
  read: ({ scan }) => scan(),
  judge: (found) => {
    const scan = knownValue(found);
    if (scan === undefined) return { remarks: [], unknown: unknownOf(found) };
    const { stuck, workloads } = scan;
    return {
      summary: `${stuck.length === 0 ? 'none' : stuck.length} of ${count(workloads, 'workload')} stuck, ${placesOf(scan)}`,
      // A rollout that hitless does not hold up is its author's matter, and says nothing about hitless.
      remarks: stuck.map(({ object, problem, action, heldBy }) => ({
        severity: heldBy === 'hitless' ? 'error' : 'warning',
        message: `${object.kind} ${object.namespace}/${object.name}: ${problem}`,
        action,
      })),
      unknown: scan.unread.map((resource) => `no permission to list ${resource}`),
      facts: { stuck: stuck.length, workloads },
    };
  },
});
