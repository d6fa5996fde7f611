// A tracker of one kind of object: keeps the last known state of each, and reports changes. A sink for a list and its watch.

import type { Sink } from '../../cluster/cache/watch-events.ts';
import { isObject, type JsonObject, own } from '../../workload/json.ts';

/** `before` is absent for an object seen for the first time, `now` for one that is gone. */
export type ObjectChange = (before: JsonObject | undefined, now: JsonObject | undefined) => void;

export function trackObjects(change: ObjectChange): Sink {
  // Keyed by uid: an object that was deleted and created again with the same name is a different one.
  let known = new Map<string, JsonObject>();
  const put = (object: JsonObject) => {
    const before = known.get(uidOf(object));
    known.set(uidOf(object), object);
    change(before, object);
  };
  const remove = (object: JsonObject) => {
    const before = known.get(uidOf(object));
    if (before === undefined) return;
    known.delete(uidOf(object));
    change(before, undefined);
  };
  const stage = () => {
    const listed = new Map<string, JsonObject>();
    const add = (object: JsonObject) => void listed.set(uidOf(object), object);
    const commit = () => {
      const before = known;
      known = listed;
      for (const [uid, object] of before) if (!listed.has(uid)) change(object, undefined);
      for (const [uid, object] of listed) change(before.get(uid), object);
    };
    return { add, commit };
  };
  return { put, remove, stage };
}

function uidOf({ metadata }: JsonObject): string {
  return String(own(isObject(metadata) ? metadata : undefined, 'uid') ?? '');
}
