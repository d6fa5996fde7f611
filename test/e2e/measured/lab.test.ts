// `hitless lab` on a real cluster, as a person runs it: what is lost without hitless, nothing with all of it, and nothing left behind.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LabResult } from '../../../src/measurement/lab/result.ts';
import { kubectl, must } from '../../support/e2e/kubectl.ts';
import { isLong, leftOut } from '../../support/e2e/long.ts';
import { promisedLosses } from '../../support/e2e/promised-losses.ts';
import { image, install, pullPolicy, remove } from '../../support/e2e/release.ts';
import { temporaryFolder } from '../../support/pair.ts';

beforeAll(() => install(), 180_000);
afterAll(() => remove(), 180_000);

const program = fileURLToPath(new URL('../../../src/cli.ts', import.meta.url));
const pods = ['--image', image, '--image-pull-policy', pullPolicy];

interface Lab {
  readonly child: ChildProcess;
  /** Both streams so far. */
  readonly text: () => string;
}

function lab(...args: readonly string[]): Lab {
  const child = spawn(process.execPath, [program, 'lab', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (data) => {
      text += data;
    });
  return { child, text: () => text };
}

async function ended({ child }: Lab): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
}

const labNamespaces = () =>
  must(kubectl(['get', 'namespaces', '-l', 'app.kubernetes.io/managed-by=hitless-lab', '-o', 'name']));

it('the quick run loses requests without hitless, none with all of it, and leaves nothing', async () => {
  const folder = await temporaryFolder();
  const files = { json: join(folder, 'lab.json'), report: join(folder, 'lab.html') };
  // A quarter of the load, twice at a time, and the patience to outlast a machine that stalls for seconds.
  const pace = ['--rate', '25', '--parallel', '2', '--timeout', '10'];
  const run = lab('--quick', '--sleep', '5', ...pace, '--json', files.json, '--report', files.report);
  const code = await ended(run);
  const result = JSON.parse(readFileSync(files.json, 'utf8')) as LabResult;
  process.stdout.write(`${run.text()}\n`);
  expect(result.failures).toEqual([]);
  // Nobody said which image.
  expect(run.text()).toContain(
    `the image is ${image}, as in the installed webhook (deployment hitless-system/hitless)`,
  );
  const lost = (fixes: string, drains: boolean) =>
    result.rows.find((row) => row.fixes === fixes && row.drains === drains)?.lost;
  expect(lost('nothing', false)).toBeGreaterThan(0);
  expect(lost('without/pre-stop-sleep', false)).toBeGreaterThan(0);
  expect(promisedLosses(result)).toEqual([]);
  expect([lost('all', true), code]).toEqual([0, 0]);
  expect(result.rows.filter(({ fixes }) => fixes === 'all').map(({ by }) => by)).toEqual(['webhook', 'webhook']);
  expect(result.rows.every(({ rollouts }) => rollouts.length === 3)).toBe(true);
  expect(result.lag?.pods).toBeGreaterThanOrEqual(10);
  // A second of margin at the least, in whole seconds.
  expect(result.recommendation?.sleepSeconds).toBeGreaterThanOrEqual(2);
  expect(readFileSync(files.report, 'utf8')).toContain('all of hitless');
  expect(await labNamespaces()).toBe('');
}, 900_000);

it('Ctrl-C ends it early: what was measured is told, and the namespace goes', async () => {
  const run = lab(
    ...pods,
    '--rows',
    'nothing',
    '--application',
    'ends',
    '--replicas',
    '1',
    '--rollouts',
    '50',
    '--sleep',
    '3',
  );
  await expect.poll(run.text, { timeout: 120_000 }).toContain('[1/50');
  run.child.kill('SIGINT');
  expect(await ended(run)).toBe(2);
  expect(run.text()).toContain('interrupted');
  expect(run.text()).toMatch(/nothing fixed +ends +1 +\d/);
  expect(await labNamespaces()).toBe('');
}, 240_000);

const cordoned = () =>
  must(kubectl(['get', 'nodes', '-o', 'jsonpath={.items[?(@.spec.unschedulable==true)].metadata.name}']));
const promised = ['--rows', 'all', '--application', 'drains', '--rollouts', '1', '--sleep', '5'];

it.runIf(isLong)(
  `a pod that is deleted, and a node that is drained with a budget, lose nothing${leftOut}`,
  async () => {
    const json = join(await temporaryFolder(), 'lab.json');
    const run = lab('--leave', 'delete,drain-with-pdb', ...promised, '--json', json);
    const code = await ended(run);
    process.stdout.write(`${run.text()}\n`);
    const { rows, failures } = JSON.parse(readFileSync(json, 'utf8')) as LabResult;
    expect([code, failures]).toEqual([0, []]);
    expect(rows.map(({ leave, by, lost, sent }) => [leave, by, lost, sent > 0])).toEqual([
      ['delete', 'webhook', 0, true],
      ['drain-with-pdb', 'webhook', 0, true],
    ]);
    expect([await cordoned(), await labNamespaces()]).toEqual(['', '']);
  },
  240_000,
);

it.runIf(isLong)(
  `Ctrl-C in a drain uncordons the node${leftOut}`,
  async () => {
    const run = lab('--leave', 'drain', ...promised);
    await expect.poll(cordoned, { timeout: 120_000 }).not.toBe('');
    run.child.kill('SIGINT');
    expect(await ended(run)).toBe(2);
    expect([await cordoned(), await labNamespaces()]).toEqual(['', '']);
  },
  240_000,
);

it('an image that no node has is said in a sentence, and the namespace goes', async () => {
  const run = lab(
    '--rows',
    'all',
    '--replicas',
    '1',
    '--rollouts',
    '1',
    '--image',
    'hitless:nowhere',
    '--image-pull-policy',
    'Never',
    '--start-within',
    '3600',
  );
  expect(await ended(run)).toBe(2);
  expect(run.text()).toMatch(/ErrImageNeverPull: .*hitless:nowhere/);
  expect(await labNamespaces()).toBe('');
}, 240_000);
