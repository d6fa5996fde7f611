// Every command of the runbook on a real API server with the chart installed. Without a pod of it: an image is not needed.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { commandsOf, wordsOf } from '../docs/commands.ts';
import { helm, kubectl, must, needCluster } from '../support/e2e/kubectl.ts';
import { chart } from '../support/helm.ts';
import { hitless } from '../support/hitless.ts';
import { temporaryFolder } from '../support/pair.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/runbook.md'), 'utf8');
const commands = [...new Set(commandsOf(page))].filter((one) => /^(?:kubectl|npx hitless|helm \S+) \S/.test(one));
const system = 'hitless-system';
const crds = ['clusterrolloutpolicies.hitless.dev', 'rolloutpolicies.hitless.dev'];

beforeAll(async () => {
  needCluster();
  if ((await kubectl(['get', 'crd', ...crds])).code === 0)
    throw new Error('this cluster has hitless already, and this test installs and removes it: take another cluster');
  await must(kubectl(['create', 'namespace', system]));
  await must(kubectl(['create', 'namespace', 'shop']));
  await must(kubectl(['create', 'deployment', 'web', '-n', 'shop', '--image=web', '--replicas=0']));
  await install();
}, 120_000);

afterAll(async () => {
  await helm(['uninstall', 'hitless', '-n', system, '--no-hooks']);
  await kubectl(['delete', 'crd', ...crds, '--ignore-not-found']);
  await kubectl(['delete', 'namespace', system, 'shop']);
}, 180_000);

/** A pod that waits for an image that nobody can pull takes minutes to end. */
function install() {
  return must(helm(['upgrade', '--install', 'hitless', chart, '-n', system, '--set', 'nodeSelector.nowhere=here']));
}

it('shows commands', () => expect(commands.length).toBeGreaterThan(30));

/** What is wrong on this cluster alone: it has no pod of hitless and no cert-manager. */
const expected: readonly (readonly [RegExp, number, RegExp])[] = [
  [/^npx hitless status/, 1, /needs attention/],
  [/certificates\.cert-manager\.io/, 1, /doesn't have a resource type "certificates"/],
];

it.each(commands)('%s', async (command) => {
  const [program, ...words] = wordsOf(command);
  const answers = words.includes('--now') ? ['--yes'] : [];
  const outputs = words.includes('bundle') ? ['-o', join(await temporaryFolder(), 'bundle.tar.gz')] : [];
  const run = {
    kubectl: () => kubectl(words),
    helm: () => helm(words),
    npx: () => hitless([...words.slice(1), ...answers, ...outputs]),
  };
  const { code, out, err } = await run[program as keyof typeof run]();
  const [, wanted = 0, said = /^/] = expected.find(([pattern]) => pattern.test(command)) ?? [];
  expect({ code, text: out + err }, out + err).toEqual({ code: wanted, text: expect.stringMatching(said) });
  if (/delete mutatingwebhookconfiguration/.test(command)) await install();
}, 60_000);
