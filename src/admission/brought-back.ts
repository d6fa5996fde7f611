// A probe that `rollout undo` brings back, where the author's newer probe had the same port: an apply still owns that port, and of
// the rest nothing is known. The author may have adopted the older probe too, so it stays as it came, all of it.

import type { Ownership } from '../workload/adoption.ts';
import { handlerDefault } from '../workload/api-defaults.ts';
import type { Evidence } from '../workload/authorship.ts';
import type { InjectionRecord } from '../workload/injection-record.ts';
import { isProbeHandler } from '../workload/injections.ts';
import { equal, isObject } from '../workload/json.ts';
import { lastKey, parentPath } from '../workload/path.ts';

/** `ownership`, with all that is recorded of such probes counted as adopted. */
export function keepDoubtfulProbes(ownership: Ownership, record: InjectionRecord, evidence: Evidence): Ownership {
  const doubtful = new Set(
    ownership.adopted.filter((path) => isProbeHandler(path) && !isWhole(path, record, evidence)).map(parentPath),
  );
  if (doubtful.size === 0) return ownership;
  const { ours, adopted, strays, leftovers } = ownership;
  const isDoubtful = (path: string) => doubtful.has(parentPath(path));
  const isApart = (path: string) => !isDoubtful(path);
  return {
    ours: ours.filter(isApart),
    adopted: [...adopted, ...ours.filter(isDoubtful)],
    strays: strays.filter(isApart),
    leftovers: leftovers.filter(({ path }) => isApart(parentPath(path))),
  };
}

/** True when an apply owns every member of the handler that the API server does not default to the same. */
function isWhole(path: string, { set }: InjectionRecord, { applied }: Evidence): boolean {
  const handler = set[path];
  if (!isObject(handler)) return true;
  return Object.keys(handler)
    .filter((member) => !equal(handler[member], handlerDefault(lastKey(path), member)))
    .every((member) => applied(`${path}.${member}`));
}
