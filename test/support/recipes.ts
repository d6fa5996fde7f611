// The programs of the recipes: taken from the documents, made ready, and started on a port.

import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll } from 'vitest';

const run = promisify(execFile);
const documents = new URL('../../docs/recipes/', import.meta.url);
const running = new Set<ChildProcess>();
const folders: string[] = [];

afterAll(async () => {
  for (const child of running) child.kill('SIGKILL');
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

export interface Started {
  readonly port: number;
  /** As the kubelet ends it, its hook included. Resolves with the exit code, or the signal that ended it. */
  readonly end: () => Promise<number | string | null>;
}

export interface Recipe {
  /** The document, and the name of the code block in it. */
  readonly document: string;
  readonly file: string;
  /** Why it cannot run on this machine. */
  readonly missing: string | undefined;
  /** Once. Resolves with what starts it. */
  readonly prepare: (folder: string, text: string) => Promise<(port: number) => Promise<Started>>;
}

/** Ended earlier by clients that leave when they are asked to; long enough for one that the machine had no time for. */
export const drainSeconds = 10;

/** The text of the code block whose first line is "```language file". */
export async function codeBlock(document: string, file: string): Promise<string> {
  const text = await readFile(new URL(document, documents), 'utf8');
  const found = new RegExp(`^\`\`\`\\w+ ${file.replace('.', '\\.')}\n(.*?)^\`\`\`$`, 'ms').exec(text)?.[1];
  if (found === undefined) throw new Error(`${document} has no code block ${file}`);
  return found;
}

export async function ownFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hitless-recipe-'));
  folders.push(folder);
  // Some servers work as another user.
  await chmod(folder, 0o755);
  return folder;
}

function works(command: string, ...args: string[]): boolean {
  return spawnSync(command, args).status === 0;
}

function missing(isThere: boolean, what: string): string | undefined {
  return isThere ? undefined : `there is no ${what} here`;
}

async function answers(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/`).then(
    (answer) => answer.ok,
    () => false,
  );
}

interface Command {
  readonly command: string;
  readonly args: readonly string[];
  readonly port: number;
}

async function start({ command, args, port }: Command) {
  const env = { ...process.env, PORT: `${port}`, DRAIN_SECONDS: `${drainSeconds}` };
  const child = spawn(command, args, { env, stdio: ['ignore', 'inherit', 'inherit'] });
  running.add(child);
  const ended = once(child, 'close').then(([code, signal]) => {
    running.delete(child);
    return (code ?? signal) as number | string | null;
  });
  for (;;) {
    const answered = await answers(port);
    // It may have been somebody else who answered.
    if (child.exitCode !== null) throw new Error(`${command} ended with ${child.exitCode}`);
    if (answered) break;
    await sleep(50);
  }
  return { child, ended };
}

/** A program that takes its port from the environment, and drains on SIGTERM. */
async function startProgram(command: Command): Promise<Started> {
  const { child, ended } = await start(command);
  const end = () => {
    child.kill('SIGTERM');
    return ended;
  };
  return { port: command.port, end };
}

function interpreted(command: string): Recipe['prepare'] {
  return async (folder, text) => {
    const program = join(folder, 'program.mjs');
    await writeFile(program, text);
    return (port) => startProgram({ command, args: [program], port });
  };
}

async function prepareGo(folder: string, text: string) {
  await writeFile(join(folder, 'main.go'), text);
  await writeFile(join(folder, 'go.mod'), 'module recipe\n\ngo 1.21\n');
  const command = join(folder, 'recipe');
  await run('go', ['build', '-o', command, '.'], { cwd: folder });
  return (port: number) => startProgram({ command, args: [], port });
}

async function prepareJava(folder: string, text: string) {
  await writeFile(join(folder, 'Main.java'), text);
  await run('javac', ['-d', folder, join(folder, 'Main.java')]);
  return (port: number) => startProgram({ command: 'java', args: ['-cp', folder, 'Main'], port });
}

let application: Server | undefined;
afterAll(() => application?.close());

async function applicationPort(): Promise<number> {
  application ??= createServer({ keepAliveTimeout: 600_000 }, (request, response) => {
    if (request.method === 'POST') request.pipe(response);
    else response.end('ok\n');
  }).listen(0, '127.0.0.1');
  if (!application.listening) await once(application, 'listening');
  return (application.address() as AddressInfo).port;
}

async function prepareNginx(folder: string, text: string) {
  const behind = await applicationPort();
  return async (port: number): Promise<Started> => {
    // Each its own /tmp, as each pod has.
    const tmp = join(folder, `${port}`);
    await mkdir(tmp);
    const configuration = text
      .replace('listen 8080', `listen 127.0.0.1:${port}`)
      .replace('127.0.0.1:3000', `127.0.0.1:${behind}`)
      .replaceAll('/tmp/', `${tmp}/`)
      .replace('http {', `http { ${temporaryPaths(tmp)}`);
    await writeFile(join(tmp, 'nginx.conf'), configuration);
    const args = ['-p', tmp, '-e', '/dev/stderr', '-c', join(tmp, 'nginx.conf'), '-g', 'daemon off;'];
    const { child, ended } = await start({ command: 'nginx', args, port });
    const end = async () => {
      await writeFile(join(tmp, 'leaving'), '');
      await sleep(1000 * drainSeconds);
      child.kill('SIGQUIT');
      return ended;
    };
    return { port, end };
  };
}

/** Where packages put these is not for everybody to write. */
function temporaryPaths(folder: string): string {
  const kinds = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return kinds.map((kind) => `${kind}_temp_path ${join(folder, kind)};`).join(' ');
}

const pythons = ['python3', '/usr/bin/python3'];
const uvicornPython = pythons.find((python) => works(python, '-c', 'import uvicorn'));

export const recipes: readonly Recipe[] = [
  { document: 'node.md', file: 'server.mjs', missing: undefined, prepare: interpreted(process.execPath) },
  { document: 'go.md', file: 'main.go', missing: missing(works('go', 'version'), 'go'), prepare: prepareGo },
  {
    document: 'python.md',
    file: 'server.py',
    missing: missing(works('python3', '--version'), 'python3'),
    prepare: interpreted('python3'),
  },
  {
    document: 'python.md',
    file: 'asgi.py',
    missing: missing(uvicornPython !== undefined, 'uvicorn'),
    prepare: interpreted(uvicornPython ?? ''),
  },
  {
    document: 'java-spring.md',
    file: 'Main.java',
    missing: missing(works('javac', '-version'), 'javac'),
    prepare: prepareJava,
  },
  { document: 'nginx.md', file: 'nginx.conf', missing: missing(works('nginx', '-v'), 'nginx'), prepare: prepareNginx },
];
