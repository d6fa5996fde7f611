// Servers on one core, those who call them on another: otherwise the scheduler decides who disturbs whom.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
}

export type Side = 'server' | 'caller';

const cores = allowedCores();

/** The command on the core of its side; as it is where there is one core, or no taskset (util-linux). */
export function pinned(side: Side, { file, args }: Command): Command {
  const core = side === 'server' ? cores.at(-1) : cores[0];
  return cores.length < 2 ? { file, args } : { file: 'taskset', args: ['-c', String(core), file, ...args] };
}

export const pinning = cores.length < 2 ? 'not pinned to cores' : 'servers on one core, callers on another';

/** Empty without taskset. */
function allowedCores(): readonly number[] {
  try {
    execFileSync('taskset', ['--version'], { stdio: 'ignore' });
  } catch {
    return [];
  }
  const [, list = ''] = /Cpus_allowed_list:\s+(\S+)/.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return list.split(',').flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}
