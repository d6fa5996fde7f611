// Key pairs on disk for tests: made once per process, because that is the slow part.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { type SelfSigned, selfSigned } from '../../src/certificates/self-signed.ts';

const made = new Map<string, Promise<SelfSigned>>();

/** The same pair for the same name; for localhost and 127.0.0.1. */
export function pairNamed(name: string, days = 30): Promise<SelfSigned> {
  const known = made.get(name) ?? selfSigned(['localhost', '127.0.0.1', name], days);
  made.set(name, known);
  return known;
}

const folders: string[] = [];
// The bench starts processes by the same functions, and is no test.
if (process.env.VITEST) afterAll(() => Promise.all(folders.map((one) => rm(one, { recursive: true, force: true }))));

/** Goes when the test file is done. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hitless-test-'));
  folders.push(folder);
  return folder;
}

/** Writes tls.crt and tls.key into `folder` and gives their paths. */
export async function writePair(folder: string, { cert, key }: SelfSigned): Promise<{ cert: string; key: string }> {
  const files = { cert: join(folder, 'tls.crt'), key: join(folder, 'tls.key') };
  await writeFile(files.cert, cert);
  await writeFile(files.key, key, { mode: 0o600 });
  return files;
}

/** Asks until it is so, at most `withinMs`; gives the last answer to assert on. */
export async function eventually<T>(
  ask: () => Promise<T> | T,
  right: (answer: T) => boolean,
  withinMs = 30_000,
): Promise<T> {
  const end = performance.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (right(answer) || performance.now() > end) return answer;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
