// Which files were listed already, by their real paths. Those of a folder are listed in order, so that the last one says it of all:
// a repository has too many to remember each.

import { basename, dirname, join } from 'node:path';
import { isManifest, type RealPlace } from './list.ts';

export interface SeenFiles {
  /** True for a file in a folder that is being listed, unless it was listed before; from now on it was. */
  readonly isNewIn: (place: RealPlace) => boolean;
  /** The same for one that was named, or that a link leads to, by its real path. */
  readonly isNew: (real: string) => boolean;
  /** A folder that was listed to its end may be listed again. */
  readonly endRoot: () => void;
}

export function seenFiles(): SeenFiles {
  /** By folder, the last name that was listed. */
  const last = new Map<string, string>();
  const single = new Set<string>();
  const done = new Set<string>();
  const wasListed = (real: string) => {
    const name = basename(real);
    const until = last.get(dirname(real));
    return until !== undefined && name <= until && isManifest(name) && !name.startsWith('.');
  };
  return {
    isNewIn: ({ folder, name }) => {
      if (done.has(folder)) return false;
      last.set(folder, name);
      return single.size === 0 || !single.has(join(folder, name));
    },
    isNew: (real) => {
      if (single.has(real) || wasListed(real)) return false;
      single.add(real);
      return true;
    },
    endRoot: () => {
      for (const folder of last.keys()) done.add(folder);
    },
  };
}
