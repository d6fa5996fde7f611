// What one process costs: time, and the peak of its memory.

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface Cost {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  /** VmHWM: the most that was resident at once. */
  readonly peakMebibytes: number;
  readonly code: number | null;
}

const ticksInSecond = 100;

/** Runs a program until it ends. Linux only: it reads /proc, also of the ended process, which is not waited for before that. */
export function costOf(program: string, args: readonly string[]): Promise<Cost> {
  const start = performance.now();
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  let [cpuSeconds, peakMebibytes] = [0, 0];
  const look = () => {
    try {
      cpuSeconds = cpuOf(child.pid);
      peakMebibytes = Math.max(peakMebibytes, peakOf(child.pid));
    } catch {
      // It has ended.
    }
  };
  const looking = setInterval(look, 10);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => {
      clearInterval(looking);
      resolve({ wallSeconds: (performance.now() - start) / 1000, cpuSeconds, peakMebibytes, code });
    });
  });
}

/** The time of all its threads. */
function cpuOf(pid: number | undefined): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksInSecond;
}

function peakOf(pid: number | undefined): number {
  const [, kibibytes = '0'] = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kibibytes) / 1024;
}
