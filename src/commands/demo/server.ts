// The real `hitless serve` for the demo: a process of its own, a throw-away key pair, calls over HTTPS.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { selfSigned } from '../../certificates/self-signed.ts';
import type { JsonObject } from '../../workload/json.ts';

type Files = Readonly<Record<string, string>>;

export type LogLine = Readonly<Record<string, unknown>>;

export interface DemoServer {
  readonly address: string;
  /** Answers with the parsed AdmissionReview, and the log line about it. */
  readonly call: (path: string, review: JsonObject) => Promise<{ review: JsonObject; line: LogLine }>;
  /** Writes objects and waits until the server has them. */
  readonly changeObjects: (files: Files) => Promise<void>;
  /** Sends SIGTERM and returns the exit code. */
  readonly stop: () => Promise<number | null>;
}

const waitMs = 15_000;

/** `command` starts hitless: the program and its first arguments. Throws when the server does not start. */
export async function startServer([program = '', ...first]: readonly string[], state: Files): Promise<DemoServer> {
  const folder = await mkdtemp(join(tmpdir(), 'hitless-demo-'));
  const pair = await selfSigned(['localhost', '127.0.0.1'], 1);
  await writeAll(folder, { 'tls.crt': pair.cert, 'tls.key': pair.key });
  await writeAll(join(folder, 'objects'), state);
  const files = ['--objects', 'objects', '--tls-cert', 'tls.crt', '--tls-key', 'tls.key'];
  const child = spawn(program, [...first, 'serve', '--listen', '127.0.0.1:0', ...files], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const log = followLog(child);
  const stop = () => end(child).finally(() => rm(folder, { recursive: true, force: true }));
  const listening = await log
    .next(({ message }) => message === 'listening')
    .catch((error) => stop().then(() => Promise.reject(error)));
  const address = String(listening.https);
  return {
    address,
    call: async (path, review) => {
      const line = log.next(({ uid }) => uid === (review.request as JsonObject).uid);
      return { review: await post(`https://${address}${path}`, pair.ca, review), line: await line };
    },
    changeObjects: async (changed) => {
      const loaded = log.next(({ message }) => message === 'objects loaded');
      await writeAll(join(folder, 'objects'), changed);
      await loaded;
    },
    stop,
  };
}

async function writeAll(folder: string, files: Files): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text, { mode: 0o600 });
}

function followLog(child: ChildProcess): { readonly next: (wanted: (line: LogLine) => boolean) => Promise<LogLine> } {
  const waiting = new Set<(line: LogLine) => void>();
  if (child.stdout !== null) {
    createInterface({ input: child.stdout }).on('line', (text) => {
      for (const look of waiting) look(JSON.parse(text) as LogLine);
    });
  }
  const next = (wanted: (line: LogLine) => boolean) =>
    new Promise<LogLine>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`the server did not answer within ${waitMs / 1000} s`)), waitMs);
      const look = (line: LogLine) => {
        if (!wanted(line)) return;
        clearTimeout(timer);
        waiting.delete(look);
        resolve(line);
      };
      waiting.add(look);
      child.once('exit', (code) => {
        clearTimeout(timer);
        reject(new Error(`the server exited with code ${code}`));
      });
    });
  return { next };
}

function post(url: string, ca: string, body: JsonObject): Promise<JsonObject> {
  return new Promise((resolve, reject) => {
    const call = request(url, { method: 'POST', ca, headers: { 'content-type': 'application/json' } }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve(JSON.parse(text) as JsonObject));
    });
    call.on('error', reject);
    call.end(JSON.stringify(body));
  });
}

function end(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => {
    if (child.exitCode !== null) return resolve(child.exitCode);
    child.once('exit', resolve);
    child.kill('SIGTERM');
  });
}
