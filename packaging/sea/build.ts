// Builds hitless as one file that needs no Node.js on the machine: a single executable application of the Node.js that runs this.
//
//   npm run build:sea                     into build/
//   node packaging/sea/build.ts FOLDER

import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { EmbeddedName } from '../../src/single-file.ts';
import { version } from '../../src/version.ts';
import { writeArchive } from './archive.ts';
import { bundle } from './bundle.ts';
import { licences, nodePackage } from './licences.ts';

const root = join(import.meta.dirname, '../..');
const suffix = process.platform === 'win32' ? '.exe' : '';

/** The path of the program. */
export async function buildSingleFile(folder: string): Promise<string> {
  const [main, worker] = await Promise.all([
    bundle(join(import.meta.dirname, 'entry.ts')),
    bundle(join(root, 'src/lint/survey/worker.ts')),
  ]);
  mkdirSync(folder, { recursive: true });
  const program = join(folder, `hitless${suffix}`);
  copyFileSync(process.execPath, program);
  chmodSync(program, 0o755);
  if (process.platform === 'darwin') run('codesign', '--remove-signature', program);
  inject(program, { main: main.code, worker: worker.code });
  if (process.platform === 'darwin') run('codesign', '--sign', '-', program);
  writeFileSync(join(folder, 'LICENSES.txt'), licences([...main.files, ...nodePackage()]));
  return program;
}

/** Puts the code, V8's cache of it, and what the code would read from files, into a copy of Node.js. */
function inject(program: string, { main, worker }: Readonly<Record<'main' | 'worker', string>>): void {
  const work = mkdtempSync(join(tmpdir(), 'hitless-sea-'));
  try {
    const write = (name: string, text: string) => {
      writeFileSync(join(work, name), text);
      return join(work, name);
    };
    const assets: Readonly<Record<EmbeddedName, string>> = {
      'worker.cjs': write('worker.cjs', worker),
      'package.json': write('package.json', JSON.stringify({ version })),
      'build.json': write('build.json', JSON.stringify({ kind: 'single file', ...revision() })),
    };
    const output = join(work, 'blob');
    const options = { disableExperimentalSEAWarning: true, useCodeCache: true };
    const config = { main: write('hitless.cjs', main), output, assets, ...options };
    run(process.execPath, '--experimental-sea-config', write('config.json', JSON.stringify(config)));
    // A process of its own: its warnings about the sections of the file mean nothing here.
    run(process.execPath, postject, program, 'NODE_SEA_BLOB', output, ...injection);
  } finally {
    rmSync(work, { recursive: true });
  }
}

const postject = join(root, 'node_modules/postject/dist/cli.js');
const injection = [
  ...['--sentinel-fuse', 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2'],
  ...(process.platform === 'darwin' ? ['--macho-segment-name', 'NODE_SEA'] : []),
];

/** Of a checkout; none of a package. */
function revision(): { readonly revision?: string } {
  const { status, stdout } = spawnSync('git', ['-C', root, 'rev-parse', 'HEAD'], { encoding: 'utf8' });
  return status === 0 ? { revision: stdout.trim() } : {};
}

function run(program: string, ...args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw error ?? new Error(`${program} ${args.join(' ')}: ${stderr}`);
}

if (import.meta.main) {
  const [folder = join(root, 'build')] = process.argv.slice(2);
  const program = await buildSingleFile(folder);
  process.stdout.write(`${program}\n${writeArchive(folder, basename(program))}\n`);
}
