// The servers of the bench, each a process of its own.

import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { selfSigned } from '../src/certificates/self-signed.ts';
import { asInImage, type Start } from './image.ts';
import { pinned } from './pinning.ts';

export const serverNames = ['parsing', 'hand-written', 'hitless'] as const;
/** `undecided`: hitless without its decision. */
export type ServerName = (typeof serverNames)[number] | 'undecided';

export interface Server {
  readonly name: ServerName;
  readonly pid: number;
  readonly port: number;
  /** From the start of the process until it listens. */
  readonly startMs: number;
  readonly stop: () => Promise<void>;
}

export interface Bench {
  readonly folder: string;
  /** PEM of the authority that signed the servers' certificate. */
  readonly ca: string;
  /** `nodeFlags`: more options of Node.js itself. */
  readonly start: (name: ServerName, nodeFlags?: readonly string[]) => Promise<Server>;
  readonly close: () => Promise<void>;
}

/** `source`: where hitless gets the objects of the cluster from, as flags of `hitless serve`. */
export async function openBench(source: readonly string[] = ['--objects', 'bench/objects-folder']): Promise<Bench> {
  const folder = await mkdtemp(join(tmpdir(), 'hitless-bench-'));
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const pair = await selfSigned(['127.0.0.1']);
  await writeFile(cert, pair.cert);
  await writeFile(key, pair.key, { mode: 0o600 });
  const image = asInImage(folder);
  const listen = ['--listen', '127.0.0.1:0', '--plain-listen', '127.0.0.1:0'];
  const starts: Readonly<Record<ServerName, Start>> = {
    parsing: { args: ['bench/servers/parsing.ts', cert, key], env: {} },
    'hand-written': { args: ['bench/servers/hand-written.ts', cert, key], env: {} },
    undecided: { args: ['bench/servers/undecided.ts', cert, key], env: { NODE_ENV: 'production' } },
    hitless: {
      args: [...image.args, 'serve', ...listen, '--tls-cert', cert, '--tls-key', key, ...source],
      env: image.env,
    },
  };
  return {
    folder,
    ca: pair.ca,
    start: (name, nodeFlags = []) => {
      const { args, env } = starts[name];
      return start(name, { args: [...nodeFlags, ...args], env }, folder);
    },
    close: () => rm(folder, { recursive: true }),
  };
}

// Output goes to a file: a reader of it would take part in the race for the cores.
async function start(name: ServerName, { args, env }: Start, folder: string): Promise<Server> {
  const output = join(folder, `${name}.log`);
  const fd = openSync(output, 'w');
  const command = pinned('server', { file: process.execPath, args });
  const began = performance.now();
  const child = spawn(command.file, command.args, {
    stdio: ['ignore', fd, 'inherit'],
    env: { ...process.env, ...env },
  });
  closeSync(fd);
  const port = await portOf(child, output);
  return {
    name,
    pid: child.pid as number,
    port,
    startMs: performance.now() - began,
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.kill('SIGTERM');
      }),
  };
}

async function portOf(child: ChildProcess, output: string): Promise<number> {
  for (let waitedMs = 0; waitedMs < 20_000 && child.exitCode === null; waitedMs += 10) {
    const [, port] = /(?:^|"https":"127\.0\.0\.1:)(\d+)/m.exec(readFileSync(output, 'utf8')) ?? [];
    if (port !== undefined) return Number(port);
    await sleep(10);
  }
  throw new Error(`a server did not start: see ${output}`);
}
