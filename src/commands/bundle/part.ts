// One file of a bundle, or why it is missing.

import type { Known } from '../../cluster/known.ts';
import { visibleJson } from '../../text/hidden.ts';
import type { Json } from '../../workload/json.ts';

export interface Part {
  /** In the folder of the bundle. */
  readonly path: string;
  readonly title: string;
  /** Absent where nothing could be read. */
  readonly text?: string;
  /** Why it is missing, or not whole: a clause. */
  readonly why?: string;
}

export type PartName = Pick<Part, 'path' | 'title'>;

/** `show`: what may be shown of the value. */
export function jsonPart<T>(name: PartName, found: Known<T>, show: (value: T) => Json): Part {
  if (found.kind === 'unknown') return { ...name, why: found.why };
  return { ...name, text: `${visibleJson(show(found.value))}\n` };
}
