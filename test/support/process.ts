// The real `hitless serve` as a process, and callers with real sockets.

import { type ChildProcess, spawn } from 'node:child_process';
import { request as requestPlain } from 'node:http';
import { Agent, type RequestOptions, request as requestTls } from 'node:https';
import { pairNamed, temporaryFolder, writePair } from './pair.ts';

export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly [field: string]: unknown;
}

export interface Running {
  readonly child: ChildProcess;
  /** Where the key pair is. */
  readonly folder: string;
  readonly port: number;
  readonly plainPort: number;
  readonly ca: string;
  readonly lines: () => LogLine[];
  readonly stderr: () => string;
  /** Exit code, or the name of the signal that ended it. */
  readonly ended: Promise<number | string>;
}

// A start takes some seconds where several are made at once, and many where the machine is busy. One that ends is noticed at once.
const patienceMs = 120_000;

const cli = new URL('../../src/cli.ts', import.meta.url).pathname;

export interface StartOptions {
  readonly flags?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Its own pair in this folder, given by the caller; absent: a fresh folder and pair. */
  readonly files?: { readonly folder: string; readonly cert: string; readonly key: string; readonly ca: string };
}

/** Starts it on free ports and waits until it listens. Stop it with `stop` at the end of the test. */
export async function start({ flags = [], environment = {}, files }: StartOptions = {}): Promise<Running> {
  const own = files ?? (await freshFiles());
  const listen = ['--listen', '127.0.0.1:0', '--plain-listen', '127.0.0.1:0'];
  const process = spawnServe([...listen, '--tls-cert', own.cert, '--tls-key', own.key, ...flags], environment);
  const listening = await process.line('listening');
  const portOf = (field: string) => Number(String(listening[field]).replace(/.*:/, ''));
  return { ...process, folder: own.folder, ca: own.ca, port: portOf('https'), plainPort: portOf('plain') };
}

async function freshFiles() {
  const folder = await temporaryFolder();
  const pair = await pairNamed('first.test');
  return { folder, ca: pair.ca, ...(await writePair(folder, pair)) };
}

/** Any command line, without waiting for it to listen. */
export function spawnServe(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  return spawnCommand(process.execPath, [cli, 'serve', ...args], environment);
}

/** The same for whatever program ends up as `hitless serve`. */
export function spawnCommand(
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
) {
  // The warm-up has a test of its own; the others start dozens of processes.
  const env = { PATH: process.env.PATH, HITLESS_WARM_UP_CALLS: '0', ...environment };
  const child = spawn(program, args, { env });
  let [output, errors] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const ended = new Promise<number | string>((resolve) =>
    child.once('close', (code, signal) => resolve(code ?? String(signal))),
  );
  const lines = () => output.split('\n').filter(Boolean).map(logLine);
  const line = async (message: string): Promise<LogLine> => {
    for (const end = performance.now() + patienceMs; performance.now() < end; ) {
      const found = output.includes(`"${message}"`) ? lines().find((one) => one.message === message) : undefined;
      if (found !== undefined) return found;
      if (child.exitCode !== null || child.signalCode !== null) break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`no line "${message}" in:\n${output}${errors}`);
  };
  return { child, lines, line, stderr: () => errors, ended };
}

/** A key that stands twice would come back once. */
function logLine(text: string): LogLine {
  const line = JSON.parse(text) as LogLine;
  if (JSON.stringify(line) !== text) throw new Error(`a log line does not read as it is written: ${text}`);
  return line;
}

/** Ends it however it is. */
export async function stop({ child, ended }: Pick<Running, 'child' | 'ended'>): Promise<void> {
  child.kill('SIGKILL');
  await ended;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** `agent` absent: a connection of its own. Rejects when there is no answer. */
export function call(
  running: Pick<Running, 'port' | 'ca'>,
  path: string,
  options: RequestOptions & { body?: string | Buffer } = {},
): Promise<Answer> {
  const { body, ...rest } = options;
  const target = { host: '127.0.0.1', port: running.port, ca: running.ca, path, agent: false as const, ...rest };
  return exchange(requestTls(target), body);
}

/** Of the plain port. */
export function callPlain(
  { plainPort }: Pick<Running, 'plainPort'>,
  path: string,
  options: RequestOptions = {},
): Promise<Answer> {
  return exchange(requestPlain({ host: '127.0.0.1', port: plainPort, path, agent: false, ...options }));
}

function exchange(request: ReturnType<typeof requestTls>, body?: string | Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request.once('error', reject).once('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.once('error', reject);
      response.once('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
    });
    request.end(body);
  });
}

/** A POST of an AdmissionReview. */
export function review(
  running: Pick<Running, 'port' | 'ca'>,
  body: string | Buffer,
  options: RequestOptions = {},
): Promise<Answer> {
  const headers = { 'content-type': 'application/json', ...(options.headers as Record<string, string>) };
  return call(running, '/mutate/enforce?timeout=10s', { method: 'POST', ...options, headers, body });
}

/** Keeps its connections, one unless said otherwise. */
export function keptConnections(most = 1): Agent {
  return new Agent({ keepAlive: true, maxSockets: most });
}
