// The shop: a namespace that enforces, by a policy that its tests change, with hitless installed for the tests of one file.

import { afterAll, beforeAll } from 'vitest';
import { everywhere } from './asked.ts';
import { kubectl, must } from './kubectl.ts';
import { createNamespace, install, remove } from './release.ts';
import { type Live, shop, type Web, web } from './web.ts';

export const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: shop },
  spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
};

/** More than the API's default grace period, so that all three are to be seen. */
export function policy(seconds: number) {
  const metadata = { name: 'default', namespace: shop };
  const spec = { preStopSleep: { seconds }, terminationGracePeriod: { drainSeconds: 40 } };
  return { apiVersion: 'hitless.dev/v1alpha1', kind: 'RolloutPolicy', metadata, spec };
}

/** Namespaces beside the shop, each with its mode. */
type Beside = Readonly<Record<string, 'enforce' | 'audit' | 'none'>>;

/** Before the tests of a file and after them. The shop sleeps for 3 s. */
export function openShop(beside: Beside = {}): void {
  beforeAll(async () => {
    // These tests are about what hitless writes, also where a machine stalls for longer than the default waits for its answer.
    await install('--set', 'webhook.timeoutSeconds=10');
    await createNamespace(shop, 'enforce');
    for (const [name, mode] of Object.entries(beside)) await createNamespace(name, mode === 'none' ? undefined : mode);
    await must(kubectl(['create', '-f', '-'], [service, policy(3)].map((one) => JSON.stringify(one)).join('\n---\n')));
    await everywhere(3);
  }, 180_000);
  afterAll(() => remove(shop, ...Object.keys(beside)), 180_000);
}

export function writePolicy(seconds: number): Promise<string> {
  return must(kubectl(['replace', '-f', '-'], JSON.stringify(policy(seconds))));
}

export const apply = (object: Web, ...args: string[]) => kubectl(['apply', ...args, '-f', '-'], JSON.stringify(object));

/** What a new Deployment would become. */
export async function dryRun(namespace: string): Promise<Live> {
  const args = ['create', '-n', namespace, '--dry-run=server', '-o', 'json', '-f', '-'];
  return JSON.parse(await must(kubectl(args, JSON.stringify(web('dry', { namespace })))));
}

export async function live(name: string, namespace = shop): Promise<Live> {
  return JSON.parse(await must(kubectl(['get', 'deployment', name, '-n', namespace, '-o', 'json'])));
}

export const podSpec = ({ spec }: Live) => spec.template.spec;

/** What a rollout would change, once the controller has seen the newest spec. */
export async function rollouts(name: string) {
  const seen = `{.status.observedGeneration}`;
  const { generation } = (await live(name)).metadata;
  await must(
    kubectl(['wait', `--for=jsonpath=${seen}=${generation}`, `deployment/${name}`, '-n', shop, '--timeout=20s']),
  );
  const sets = await must(kubectl(['get', 'replicasets', '-n', shop, '-l', `is=${name}`, '-o', 'name']));
  return { generation, sets: sets.trim().split('\n').toSorted() };
}
