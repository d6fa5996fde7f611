// Detects changed files by polling every second. Polling sees what notification misses: symbolic links that Kubernetes swaps
// above a mounted file, network file systems, a folder that goes and comes back.

import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A string for the state of a file, through symbolic links: differs once the file was replaced, written or removed. Never throws. */
export async function fingerprint(path: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    return `${path} ${dev} ${ino} ${size} ${mtimeNs} ${ctimeNs}`;
  } catch (error) {
    return `${path} ${(error as NodeJS.ErrnoException).code}`;
  }
}

/** The same for a folder and all below it except hidden names: Kubernetes keeps the targets of its symbolic links under `..data`. */
export async function folderFingerprint(path: string, above: readonly string[] = []): Promise<string> {
  const own = await fingerprint(path);
  // A link to a folder above would be a loop.
  if (above.includes(identity(own, path))) return own;
  const names = await readdir(path).catch(() => []);
  const below = names.filter((name) => !name.startsWith('.')).sort();
  const parts = below.map((name) => folderFingerprint(join(path, name), [...above, identity(own, path)]));
  return [own, ...(await Promise.all(parts))].join('\n');
}

function identity(print: string, path: string): string {
  return print
    .slice(path.length + 1)
    .split(' ', 2)
    .join(' ');
}

export interface Poll {
  readonly stop: () => void;
}

/**
 * Calls `changed` once `state` has returned a new string twice in a row, starting from `seen`: a file that is being written is
 * empty for a moment. The state is taken before `changed` reads the files, so a write in between is noticed the next time. Does
 * not keep the process alive. Neither callback may reject.
 */
export function poll(
  seen: string,
  { state, changed, everyMs }: { state: () => Promise<string>; changed: () => Promise<void>; everyMs: number },
): Poll {
  let used = seen;
  let last = seen;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const next = () => {
    if (!stopped) timer = setTimeout(() => void look().finally(next), everyMs).unref();
  };
  const look = async () => {
    const now = await state();
    const settled = now === last;
    last = now;
    if (stopped || !settled || now === used) return;
    used = now;
    await changed();
  };
  next();
  return {
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
