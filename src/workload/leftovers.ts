// What remains of our handlers in probes that are the author's now: members that only we wrote there, which an apply merges into theirs.

import { coversOnceDefaulted, handlerDefault } from './api-defaults.ts';
import type { Evidence } from './authorship.ts';
import type { InjectionRecord } from './injection-record.ts';
import { isProbeHandler } from './injections.ts';
import { equal, isObject, type JsonObject, own } from './json.ts';
import type { WorkloadKind } from './kinds/kind.ts';
import { type FieldChange, getAt, lastKey } from './path.ts';
import type { Workload } from './workload.ts';

interface Leavings {
  readonly claimed: InjectionRecord;
  readonly ours: ReadonlySet<string>;
  readonly evidence: Evidence;
}

/** The changes that remove them. */
export function leftoversOf(
  kind: WorkloadKind,
  object: Workload,
  { claimed, ours, evidence }: Leavings,
): readonly FieldChange[] {
  const { set } = claimed;
  const isFilled = kind.custom !== true;
  return Object.keys(set)
    .filter((path) => isProbeHandler(path) && !ours.has(path) && isTheirs(path, object, evidence))
    .flatMap((path) => {
      const [recorded, found] = [set[path], getAt(object, path)];
      return isObject(recorded) && isObject(found) ? membersLeft(path, { recorded, found, evidence, isFilled }) : [];
    });
}

/** True when an apply wrote the handler in `object`: its port is the one member that every handler must have. */
function isTheirs(path: string, object: Workload, { applied, lastApplied }: Evidence): boolean {
  return applied(`${path}.port`) || coversOnceDefaulted(path, lastApplied(path), getAt(object, path));
}

interface Handlers {
  readonly recorded: JsonObject;
  readonly found: JsonObject;
  readonly evidence: Evidence;
  /** True where the API server fills in a member that is absent. */
  readonly isFilled: boolean;
}

function membersLeft(path: string, { recorded, found, evidence, isFilled }: Handlers): readonly FieldChange[] {
  const manifest = evidence.lastApplied(path);
  return Object.keys(recorded)
    .filter((member) => equal(recorded[member], found[member]))
    .filter((member) => !evidence.applied(`${path}.${member}`))
    .filter((member) => own(isObject(manifest) ? manifest : undefined, member) === undefined)
    .map((member) => ({
      path: `${path}.${member}`,
      value: isFilled ? handlerDefault(lastKey(path), member) : undefined,
    }))
    .filter(({ path: at, value }) => !equal(value, found[lastKey(at)]));
}
