// Clients that write objects without our fields again and again, such as an operator with a whole template of its own: each time the
// fields are put back, and the objects stay as they are. Counted by object and client, and by client alone, in bounded memory.

import { createHash } from 'node:crypto';
import { nowMs } from '../timing.ts';

interface Correction {
  /** `Deployment shop/web`. */
  readonly object: string;
  /** The user who wrote it, whom the API server knows. */
  readonly user: string;
  /** The field manager, which is the caller's choice. */
  readonly manager: string;
}

interface Limits {
  /** This many of one object by one client within a window are again and again. */
  readonly many: number;
  /** This many by one user, of any objects. */
  readonly manyOfUser: number;
  readonly windowMs: number;
  /** How many windows are remembered of each kind; the longest unseen one is forgotten first. */
  readonly most: number;
}

// 20,000 windows take about 5 MB.
const limits: Limits = { many: 10, manyOfUser: 2_000, windowMs: 10 * 60_000, most: 20_000 };

interface Counted {
  /** How many in this window, this one included: of this object by this client, or of all objects by this user. */
  readonly count: number;
  readonly of: 'object' | 'user';
  readonly frequency: 'rare' | 'repeated';
  /** True once in a window, for the log. */
  readonly isNews: boolean;
}

/**
 * Counts one correction. A user with very many is repeated whatever it writes: it has more objects than are remembered, or a new field
 * manager for each write, which would push everything else out.
 */
export function countCorrections(
  { many, manyOfUser, windowMs, most } = limits,
  now: () => number = nowMs,
): (correction: Correction) => Counted {
  const [pairs, users] = [windowCounts({ windowMs, most }, now), windowCounts({ windowMs, most }, now)];
  return ({ object, user, manager }) => {
    const count = pairs([object, user, manager]);
    const ofUser = users([user]);
    if (ofUser === manyOfUser) return { count: ofUser, of: 'user', frequency: 'repeated', isNews: true };
    const isRepeated = count >= many || ofUser > manyOfUser;
    return { count, of: 'object', frequency: isRepeated ? 'repeated' : 'rare', isNews: count === many };
  };
}

interface Window {
  readonly since: number;
  count: number;
}

/** How often something came within its window, this time included. */
function windowCounts({ windowMs, most }: Pick<Limits, 'windowMs' | 'most'>, now: () => number) {
  const windows = new Map<string, Window>();
  return (words: readonly string[]): number => {
    const key = keyOf(words);
    const known = windows.get(key);
    const window = known !== undefined && now() - known.since < windowMs ? known : { since: now(), count: 0 };
    window.count += 1;
    windows.delete(key);
    windows.set(key, window);
    const [oldest] = windows.keys();
    if (windows.size > most && oldest !== undefined) windows.delete(oldest);
    return window.count;
  };
}

/** As long for any names; 128 bits are enough that nobody finds two of a kind by chance. */
function keyOf(words: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(words)).digest('base64').slice(0, 22);
}
