// hitless as its image starts it: the compiled sources, the flags of Node.js, the compile cache. Read from the Dockerfile, so that the
// bench follows it.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Start {
  /** Of Node.js, up to and with dist/cli.js. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const root = fileURLToPath(new URL('..', import.meta.url));

/** Fills a compile cache in `folder`, as the image does when it is built. `npm run bench` has compiled the sources. */
export function asInImage(folder: string): Start {
  const lines = readFileSync(join(root, 'Dockerfile'), 'utf8').replaceAll('/app/', root).split('\n');
  const env = { NODE_ENV: 'production', NODE_COMPILE_CACHE: join(folder, 'compiled') };
  const [, ...warm] = commandIn(lines, (line) => line.startsWith('RUN') && line.includes('await import'));
  execFileSync(process.execPath, warm, { env: { ...process.env, ...env } });
  const [, ...args] = commandIn(lines, (line) => line.startsWith('ENTRYPOINT'));
  return { args, env };
}

function commandIn(lines: readonly string[], isIt: (line: string) => boolean): readonly string[] {
  const line = lines.find(isIt);
  if (line === undefined) throw new Error('the Dockerfile has no line that the bench can read: see bench/image.ts');
  return JSON.parse(line.slice(line.indexOf('[')));
}
