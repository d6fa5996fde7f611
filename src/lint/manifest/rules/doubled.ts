// Values that must be unique in a list.

import type { Json } from '../../../workload/json.ts';
import type { Keys, ManifestError } from '../mistake.ts';

/** A mistake for each item whose `field` has the value of an earlier one. `values` are those of the items, in order. */
export function doubled(
  list: Keys,
  field: string,
  values: readonly (Json | undefined)[],
  message: (value: Json) => string,
): readonly ManifestError[] {
  const seen = new Set<Json>();
  return values.flatMap((value, i) => {
    if (value === undefined) return [];
    const isNew = !seen.has(value);
    seen.add(value);
    return isNew ? [] : [{ keys: [...list, i, field], message: message(value) }];
  });
}
