// What a process costs, as the kernel reports it.

import { readdirSync, readFileSync } from 'node:fs';

/** The time that all threads of the process have run, user and system. Those that ended are not in it; V8 and libuv keep theirs. */
export function cpuMicroseconds(pid: number): number {
  const folder = `/proc/${pid}/task`;
  return readdirSync(folder).reduce((sum, thread) => sum + nanoseconds(`${folder}/${thread}/schedstat`) / 1000, 0);
}

/** The same of the thread that runs JavaScript; the others collect garbage and compile. */
export function mainThreadMicroseconds(pid: number): number {
  return nanoseconds(`/proc/${pid}/schedstat`) / 1000;
}

function nanoseconds(file: string): number {
  try {
    return Number(readFileSync(file, 'utf8').split(' ')[0]);
  } catch {
    // It ended in between.
    return 0;
  }
}

export function residentMiB(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}
