// The scripts that stand in the files for pipelines, run as each pipeline runs them: by its shell, in a repository, with hitless on the PATH.

import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';

// biome-ignore lint/suspicious/noExplicitAny: YAML of any shape
type Any = any;

const root = new URL('../../../', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, root), 'utf8');

export const action: Any = parse(read('action.yml'));
export const [component, job]: Any[] = (() => {
  const [head, jobs] = parseAllDocuments(read('templates/check.yml')).map((document) => document.toJS());
  return [head.spec, jobs['$[[ inputs.job-name ]]']];
})();
export const hooks: Any[] = parse(read('.pre-commit-hooks.yaml'));

/** The first block of commands below a heading of docs/pipelines.md. */
export function documented(heading: string): string {
  const below = read('docs/pipelines.md').split(`\n## ${heading}\n`)[1] ?? '';
  const block = /^```\n([\s\S]*?)^```$/m.exec(below)?.[1];
  if (block === undefined) throw new Error(`docs/pipelines.md has no commands below ${heading}`);
  return block;
}

export interface Ended {
  readonly code: number;
  readonly out: string;
}

export interface Shell {
  readonly program: readonly string[];
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Standard output and error together, as a log shows them. */
export function run(script: string, { program: [shell = 'sh', ...flags], folder, environment }: Shell): Ended {
  const { status, stdout, stderr } = spawnSync(shell, [...flags, '-c', script], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, ...environment },
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  return { code: status ?? 128, out: `${stdout}${stderr}` };
}

/** A folder for the PATH in which hitless is this checkout's. */
export function checkoutOnPath(folder: string): string {
  const bin = join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  const cli = new URL('src/cli.ts', root).pathname;
  writeFileSync(join(bin, 'hitless'), `#!/bin/sh\nexec "${process.execPath}" "${cli}" "$@"\n`);
  chmodSync(join(bin, 'hitless'), 0o755);
  return bin;
}
