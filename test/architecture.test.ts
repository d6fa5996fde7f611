// The direction of imports, as the table says; and which package stands behind which wall.

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const source = fileURLToPath(new URL('../src', import.meta.url));

/** A room is a folder named here, the innermost one that a file is in. It may import from itself, from `everywhere` and from these. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  // Strings for people.
  text: [],
  workload: [],
  policy: ['workload'],
  rules: ['policy', 'workload'],
  yaml: ['workload'],
  // For the type of a problem with a file.
  files: ['yaml'],
  'cluster-state': ['policy', 'workload', 'yaml', 'files'],
  kustomize: ['workload', 'yaml', 'files'],
  admission: ['rules', 'policy', 'workload', 'cluster-state'],
  settings: [],
  // Of workload the types of plain JSON, of certificates the one of a key pair.
  server: ['admission', 'rules', 'workload', 'settings', 'certificates'],
  certificates: ['files'],
  'cluster/client': ['workload'],
  'cluster/cache': ['cluster/client', 'cluster-state', 'policy', 'workload'],
  'cluster/leader': ['cluster/client', 'workload'],
  'cluster/policy-status': ['cluster', 'cluster/client', 'cluster/cache', 'cluster/leader', 'policy', 'workload'],
  'cluster/reports': ['cluster/client', 'workload'],
  'cluster/certificates': ['cluster/client', 'certificates', 'workload'],
  // Of admission what a namespace's label asks for: webhook-configuration.ts says whether the webhook is called for it.
  cluster: ['cluster/client', 'cluster/cache', 'cluster-state', 'admission', 'workload'],
  // Nothing of it knows what a page is about.
  page: [],
  lint: ['page', 'admission', 'rules', 'policy', 'workload', 'yaml', 'files', 'cluster-state', 'kustomize', 'terminal'],
  terminal: [],
  // The ground of what is below it: kinds of traffic, waiting.
  measurement: [],
  'measurement/test-app': [],
  'measurement/load': ['measurement', 'measurement/test-app'],
  'measurement/rollout': ['cluster', 'cluster/client', 'cluster/cache', 'workload'],
  // Of rules their ids: advice names the rule that mends a cause.
  'measurement/analysis': ['measurement', 'measurement/load', 'measurement/rollout', 'rules', 'policy', 'workload'],
  // The rows follow from the list of rules.
  'measurement/lab': [
    ...['measurement', 'measurement/load', 'measurement/rollout', 'measurement/analysis'],
    ...['cluster', 'cluster/client', 'admission', 'rules', 'policy', 'workload', 'yaml', 'files', 'cluster-state'],
  ],
  'measurement/verify': [
    ...['measurement', 'measurement/load', 'measurement/rollout', 'measurement/analysis'],
    // Of lab the pod that sends, and what it is asked.
    ...['measurement/lab', 'cluster', 'cluster/client', 'workload'],
  ],
  // Of lab and verify the types of their results.
  'measurement/report': [
    ...['page', 'measurement', 'measurement/load', 'measurement/rollout', 'measurement/analysis'],
    ...['measurement/lab', 'measurement/verify'],
  ],
};

/** Folders and files at the top that any file may import. The others are the program itself: cli.ts, start.ts and main.ts. */
const everywhere = ['text/', 'version.ts', 'single-file.ts', 'timing.ts', 'names.ts'];

/** The commands wire everything, but a command does not know another one; commands/ itself knows their flags alone. */
const isCommand = (room: string) => room.startsWith('commands');

/** Packages that only these files or folders may import. */
const walls: Readonly<Record<string, readonly string[]>> = {
  fastify: ['server/'],
  'prom-client': ['server/metrics.ts', 'server/review-counters.ts', 'server/scraped-gauges.ts'],
  pino: ['server/log.ts'],
  'fast-json-patch': ['admission/patch.ts'],
  yaml: ['yaml/'],
  diff: ['yaml/unified-diff.ts'],
  '@peculiar/x509': ['certificates/'],
  'reflect-metadata': ['certificates/'],
  '@kubernetes/client-node': [
    'cluster/client/access.ts',
    'cluster/client/chosen-cluster.ts',
    'cluster/client/kubeconfig.ts',
    'cluster/client/overrides.ts',
  ],
  commander: [
    'commands/program.ts',
    'commands/options.ts',
    'commands/global-options.ts',
    'commands/command-table.ts',
    ...commandFiles(),
  ],
  ws: ['measurement/load/', 'measurement/test-app/'],
  '@grpc/grpc-js': ['measurement/load/', 'measurement/test-app/'],
  'grpc-health-check': ['measurement/load/', 'measurement/test-app/'],
  '@grpc/proto-loader': ['measurement/test-app/protocol.ts'],
  echarts: ['measurement/report/charts/'],
  'junit-report-builder': ['text/junit.ts'],
  'fastest-levenshtein': ['text/closest-word.ts'],
  ignore: ['files/ignored-paths.ts'],
};

/** `commands/check/command.ts` and its like. */
function commandFiles(): readonly string[] {
  return readdirSync(join(source, 'commands'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `commands/${name}/command.ts`);
}

const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

function importsOf(file: string): readonly string[] {
  const text = readFileSync(join(source, file), 'utf8');
  return Array.from(text.matchAll(/(?:from|import)\s*\(?'([\w@./:-]+)'/g), ([, name]) => name ?? '');
}

/** Type imports count: who reads one file wants to know the other as well. */
const imported = new Map(
  files.map((file) => {
    const own = importsOf(file).filter((name) => name.startsWith('.'));
    return [file, own.map((name) => normalize(join(dirname(file), name)))];
  }),
);

const rooms = [...Object.keys(mayImport), ...commandFiles().map(dirname), 'commands'].toSorted(
  (a, b) => b.length - a.length,
);

/** Empty for a file at the top of src. */
function roomOf(file: string): string {
  const room = rooms.find((one) => file.startsWith(`${one}/`));
  expect(room !== undefined || !file.includes('/'), `${file} is in no room that this test knows`).toBe(true);
  return room ?? '';
}

it.each(files)('%s imports only what its folder may', (file) => {
  const room = roomOf(file);
  for (const target of imported.get(file) ?? []) {
    const to = roomOf(target);
    if (room === '' || room === to || everywhere.some((place) => target.startsWith(place))) continue;
    const isAllowed = isCommand(room) ? mayCommand(room, target) : mayImport[room]?.includes(to);
    expect(isAllowed, `${file} → ${target}`).toBe(true);
  }
});

function mayCommand(room: string, target: string): boolean {
  const to = roomOf(target);
  if (!isCommand(to)) return to !== '';
  return to === 'commands' || (room === 'commands' && target.endsWith('/command.ts'));
}

it('no imports go in a circle, and none of types either', () => {
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, way: readonly string[]) => {
    if (way.includes(file)) circles.push([...way.slice(way.indexOf(file)), file].join(' → '));
    if (done.has(file) || way.includes(file)) return;
    for (const target of imported.get(file) ?? []) visit(target, [...way, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  expect(circles).toEqual([]);
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
