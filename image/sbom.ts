// The bill of materials of the image, in CycloneDX: the packages of package-lock.json without those for development.
// The same lock file and the same npm give the same bytes.
//
//   npm run --silent sbom > sbom.cdx.json
//   node image/sbom.ts sbom.cdx.json

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '..');
const read = (name: string) => JSON.parse(readFileSync(join(root, name), 'utf8'));

/**
 * `npm sbom --omit=dev` leaves out what is needed both at run time and for development, such as yaml: it is asked about a
 * project that has nothing for development.
 */
function billOfMaterials() {
  const folder = mkdtempSync(join(tmpdir(), 'hitless-sbom-'));
  try {
    const { devDependencies: _, ...project } = read('package.json');
    const { packages, ...lock } = read('package-lock.json');
    const { devDependencies: __, ...top } = packages[''];
    const needed = Object.entries<{ dev?: boolean }>(packages).filter(([path, { dev }]) => path !== '' && dev !== true);
    writeFileSync(join(folder, 'package.json'), JSON.stringify(project));
    const lockFile = { ...lock, packages: { '': top, ...Object.fromEntries(needed) } };
    writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(lockFile));
    return JSON.parse(npm(folder, 'sbom', '--package-lock-only', '--sbom-format=cyclonedx', '--sbom-type=application'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The npm that runs this, the one that came with this Node.js, or the one on the path. */
function npm(cwd: string, ...args: string[]): string {
  const ours = process.env.npm_execpath ?? '';
  const beside = join(dirname(process.execPath), '../lib/node_modules/npm/bin/npm-cli.js');
  const script = ours.endsWith('npm-cli.js') ? ours : existsSync(beside) ? beside : undefined;
  const [command, before] = script === undefined ? ['npm', []] : [process.execPath, [script]];
  const { status, stdout, stderr, error } = spawnSync(command, [...before, ...args], { cwd, encoding: 'utf8' });
  if (status !== 0) throw error ?? new Error(`npm ${args[0]}: ${stderr}`);
  return stdout;
}

const { serialNumber: _, metadata, ...bill } = billOfMaterials();
const { timestamp: __, component, ...rest } = metadata;
const text = `${JSON.stringify({ ...bill, metadata: { ...rest, component: { ...component, name: 'hitless' } } }, null, 2)}\n`;
const [file] = process.argv.slice(2);
if (file === undefined) process.stdout.write(text);
else writeFileSync(file, text);
