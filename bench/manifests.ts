// `node bench/manifests.ts`: what `hitless check` costs for large repositories: time, CPU and peak memory. Writes the manifests into a
// temporary folder (up to 400 MB, one input at a time) and removes them. Linux only. Builds nothing: run `npm run prepare` before.
//
// HITLESS_BENCH_BEFORE: the cli.js of another version, measured beside this one.
// HITLESS_BENCH_KUBECONFORM: the path of kubeconform, which then reads the same files without schemas (it would download them).
//
// Usage: node bench/manifests.ts [INPUT...], of: small thousand 32k 100k crds

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { aligned } from '../src/terminal/table.ts';
import { costOf } from './manifests/measure.ts';
import { writeApplications, writeDefinitions, writeDeployments } from './manifests/write.ts';

const inputs = {
  small: { title: '1 file, 3 objects', write: (root: string) => writeApplications(root, 1) },
  thousand: { title: '1,000 files, 1,000 Deployments', write: (root: string) => writeDeployments(root, 1_000) },
  '32k': { title: '32,000 files, 96,000 objects', write: (root: string) => writeApplications(root, 32_000) },
  '100k': { title: '100,000 files, 300,000 objects', write: (root: string) => writeApplications(root, 100_000) },
  crds: { title: '138 MiB of CRDs, 105 Deployments', write: (root: string) => writeDefinitions(root, 138, 105) },
} as const;

type InputName = keyof typeof inputs;

interface Program {
  readonly name: string;
  readonly command: (folder: string) => readonly [program: string, ...args: string[]];
}

const here = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
const { HITLESS_BENCH_BEFORE: before, HITLESS_BENCH_KUBECONFORM: kubeconform } = process.env;

function hitless(name: string, file: string): Program {
  return { name, command: (folder) => [process.execPath, file, 'check', folder] };
}

const programs: readonly Program[] = [
  ...(before === undefined ? [] : [hitless('hitless before', before)]),
  hitless('hitless', here),
  ...(kubeconform === undefined ? [] : [parsingOf(kubeconform)]),
];

function parsingOf(file: string): Program {
  const schemas = ['-schema-location', '/nowhere/{{.ResourceKind}}.json', '-ignore-missing-schemas'];
  return { name: 'kubeconform without schemas', command: (folder) => [file, '-n', '2', ...schemas, folder] };
}

async function measure(name: InputName): Promise<readonly (readonly string[])[]> {
  const { title, write } = inputs[name];
  const root = mkdtempSync(join(tmpdir(), 'hitless-bench-'));
  try {
    write(root);
    const rows: string[][] = [];
    for (const program of programs) {
      const [file, ...args] = program.command(root);
      const { wallSeconds, cpuSeconds, peakMebibytes, code } = await costOf(file, args);
      const numbers = [wallSeconds.toFixed(2), cpuSeconds.toFixed(2), peakMebibytes.toFixed(0), `${code}`];
      rows.push([title, program.name, ...numbers]);
    }
    return rows;
  } finally {
    rmSync(root, { recursive: true });
  }
}

const named = process.argv.slice(2);
const chosen = (Object.keys(inputs) as InputName[]).filter((name) => named.length === 0 || named.includes(name));
const head = ['input', 'program', 'wall s', 'CPU s', 'peak MiB', 'exit'];
const rows: (readonly string[])[] = [];
for (const name of chosen) rows.push(...(await measure(name)));
console.log(aligned([head, ...rows]).join('\n'));
