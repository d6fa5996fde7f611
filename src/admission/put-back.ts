// What a client dropped or overwrote of our injections and gets back. Some clients do so at every write, and never stop.

import { equal } from '../workload/json.ts';
import { getAt } from '../workload/path.ts';
import type { AuthorDocument } from './author-document.ts';
import type { Desired } from './desired.ts';

/** The paths that the stored object has from us, that came without our value, and that are written again. */
export function putBack({ stored, received }: AuthorDocument, { restored, applied }: Desired): readonly string[] {
  if (stored === undefined || stored.ours.length === 0 || (restored.length === 0 && applied.length === 0)) return [];
  const ours = new Set(stored.ours);
  const again = applied.flatMap(({ changes }) =>
    changes.filter(({ path, value }) => {
      return ours.has(path) && equal(value, stored.record.set[path]) && !equal(value, getAt(received, path));
    }),
  );
  return [...restored, ...again.map(({ path }) => path)];
}
