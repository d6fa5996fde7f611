// The direction of imports, as the table says; and which package stands behind which wall.

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const source = fileURLToPath(new URL('../src', import.meta.url));

/** A folder may import from itself and from these. Files at the top of src wire everything. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  workload: [],
  policy: ['workload'],
  rules: ['policy', 'workload'],
  world: ['policy', 'workload', 'files'],
  admission: ['rules', 'policy', 'workload', 'world'],
  files: ['rules', 'workload'],
  certificates: ['files'],
  server: ['admission', 'rules', 'workload'],
  cluster: ['world', 'certificates', 'policy', 'workload'],
  target: [],
  load: ['target'],
  rollout: ['load', 'cluster', 'workload'],
  report: ['lab', 'rollout', 'load'],
  verify: ['rollout', 'load', 'cluster', 'workload', 'report'],
  lab: ['rollout', 'load', 'cluster', 'admission', 'policy', 'workload', 'world', 'files'],
  commands: [
    ...['admission', 'rules', 'policy', 'workload', 'world', 'files', 'server', 'certificates', 'cluster', 'demo'],
    ...['target', 'load', 'rollout', 'report', 'verify', 'lab'],
  ],
  demo: ['commands', 'admission', 'files', 'certificates', 'workload'],
};

/** A package of ours to import from these files or folders only. */
const walls: Readonly<Record<string, readonly string[]>> = {
  fastify: ['server/'],
  'prom-client': ['server/metrics.ts'],
  pino: ['server/log.ts'],
  'fast-json-patch': ['admission/patch.ts'],
  yaml: ['files/'],
  diff: ['yaml/unified-diff.ts'],
  '@peculiar/x509': ['certificates/'],
  'reflect-metadata': ['certificates/'],
  '@kubernetes/client-node': ['cluster/client/access.ts'],
  commander: ['commands/program', 'commands/options.ts'],
  ws: ['load/', 'target/'],
  '@grpc/grpc-js': ['load/', 'target/'],
  'grpc-health-check': ['load/', 'target/'],
  '@grpc/proto-loader': ['measurement/test-app/protocol.ts'],
  echarts: ['report/'],
  'junit-report-builder': ['measurement/report/junit.ts'],
  'fastest-levenshtein': ['policy/', 'commands/', 'settings/settings.ts'],
};

const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

function importsOf(file: string): readonly string[] {
  const text = readFileSync(join(source, file), 'utf8');
  return Array.from(text.matchAll(/(?:from|import)\s*\(?'([\w@./:-]+)'/g), ([, name]) => name ?? '');
}

it.each(files)('%s imports only what its folder may', (file) => {
  const folder = file.split('/')[0] ?? '';
  for (const name of importsOf(file).filter((one) => one.startsWith('.'))) {
    const target = normalize(join(dirname(file), name)).split('/');
    if (folder.endsWith('.ts') || target[0] === folder) continue;
    if (target.length === 1) expect(['settings/settings.ts', 'version.ts'], `${file} → ${name}`).toContain(target[0]);
    else expect(mayImport[folder], `${file} → ${name}`).toContain(target[0]);
  }
});

it.each(files)('%s imports packages only behind their walls', (file) => {
  for (const name of importsOf(file).filter((one) => !one.startsWith('.') && !one.startsWith('node:'))) {
    const wall = Object.keys(walls).find((known) => name === known || name.startsWith(`${known}/`));
    expect(wall, `${file} imports ${name}, which has no wall`).toBeDefined();
    expect(
      walls[wall ?? '']?.some((place) => file.startsWith(place)),
      `${file} imports ${name}`,
    ).toBe(true);
  }
});

it('every package that is imported is a dependency, and every dependency is known here', () => {
  const { dependencies } = JSON.parse(readFileSync(join(source, '../package.json'), 'utf8'));
  expect(Object.keys(dependencies).toSorted()).toEqual(Object.keys(walls).toSorted());
});
