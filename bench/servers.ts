// The servers of the bench as processes, and their cost as the kernel reports it.

import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Running {
  readonly name: 'bare' | 'parsing' | 'hitless';
  readonly port: number;
  readonly cpuSeconds: () => number;
  readonly rssMiB: () => number;
  readonly stop: () => Promise<void>;
}

/** `folder` holds cert.pem and key.pem and takes the servers' output. */
export async function startServers(folder: string): Promise<readonly Running[]> {
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const flags = ['--listen', '127.0.0.1:0', '--tls-cert', cert, '--tls-key', key, '--objects', 'bench/objects-folder'];
  const hitless = ['src/cli.ts', 'serve', ...flags];
  return [
    await start('bare', ['bench/bare.ts', cert, key], folder),
    await start('parsing', ['bench/bare.ts', cert, key, 'parse'], folder),
    await start('hitless', hitless, folder),
  ];
}

// Output goes to a file, as a container's log does: a reader in this process would take part in the race for the cores.
async function start(name: Running['name'], args: readonly string[], folder: string): Promise<Running> {
  const output = join(folder, `${name}.log`);
  const fd = openSync(output, 'w');
  const extra = process.env.BENCH_NODE_OPTIONS?.split(' ') ?? [];
  const child = spawn(process.execPath, [...extra, ...args], { stdio: ['ignore', fd, 'inherit'] });
  closeSync(fd);
  const port = await portOf(child, output);
  return {
    name,
    port,
    cpuSeconds: () => cpuSeconds(child),
    rssMiB: () => rssMiB(child),
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.kill('SIGTERM');
      }),
  };
}

async function portOf(child: ChildProcess, output: string): Promise<number> {
  for (let waitedMs = 0; waitedMs < 10_000 && child.exitCode === null; waitedMs += 50) {
    const [, port] = /(?:^|"https":"127\.0\.0\.1:)(\d+)/m.exec(readFileSync(output, 'utf8')) ?? [];
    if (port !== undefined) return Number(port);
    await sleep(50);
  }
  throw new Error(`a server did not start: see ${output}`);
}

/** User and system time of all threads; Linux counts in hundredths of a second. */
function cpuSeconds({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function rssMiB({ pid }: ChildProcess): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}
