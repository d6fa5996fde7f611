// Commands that talk to a cluster, and a server that answers them as an API server does: what each path says is given.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from 'vitest';
import { rulesFor } from '../../src/cluster/webhook-rules.ts';
import { run } from '../../src/commands/program.ts';
import type { JsonObject } from '../../src/workload/json.ts';
import { patchableKinds } from '../../src/workload/kinds/kinds.ts';

const ending: (() => void)[] = [];
afterEach(() => {
  for (const end of ending.splice(0)) end();
});

export type Answers = Readonly<Record<string, readonly JsonObject[] | JsonObject | number>>;

/** A list, an object or an error code for each path; `cut` breaks the connection of the request of that number. */
export async function apiServer(answers: Answers, cut?: (method: string, path: string) => boolean) {
  const server = createServer((request, response) => {
    const path = (request.url ?? '').replace(/\?.*/, '');
    if (cut?.(request.method ?? '', path)) {
      request.socket.destroy();
      return;
    }
    const answer = answers[path] ?? 404;
    const code = typeof answer === 'number' ? answer : 200;
    const list = { metadata: {}, items: answer };
    const body = typeof answer === 'number' ? { message: `said ${code}` } : Array.isArray(answer) ? list : answer;
    response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ending.push(() => server.close().closeAllConnections());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export async function hitless(...args: readonly string[]) {
  const written = { out: '', err: '' };
  const add = (stream: 'out' | 'err') => (text: string) => {
    written[stream] += text;
  };
  const terminal = { out: add('out'), err: add('err'), colour: { out: false, err: false } };
  const code = await run(args, { ...terminal, stdin: async () => new Uint8Array() });
  return { code, ...written };
}

export function namespace(name: string, mode?: string): JsonObject {
  return { metadata: { name, ...(mode !== undefined && { labels: { 'hitless.dev/mode': mode } }) } };
}

export const webhooks = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations';
export const deployments = '/apis/apps/v1/deployments';

export function configuration(...excluded: readonly string[]): JsonObject {
  const entry = (mode: string) => ({
    name: `${mode}.hitless.dev`,
    rules: rulesFor(patchableKinds()),
    namespaceSelector: {
      matchExpressions: [
        { key: 'hitless.dev/mode', operator: 'In', values: [mode] },
        { key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: excluded },
      ],
    },
  });
  return { metadata: { name: 'any' }, webhooks: [entry('enforce'), entry('audit')] };
}

/** A cluster with hitless in it, and nothing else. */
export function cluster(more: Answers = {}): Answers {
  const policies = '/apis/hitless.dev/v1alpha1';
  const empty = [
    '/api/v1/services',
    '/api/v1/nodes',
    `${policies}/clusterrolloutpolicies`,
    `${policies}/rolloutpolicies`,
  ];
  const lists = Object.fromEntries([...empty, deployments].map((path) => [path, []]));
  return { ...lists, '/api/v1/namespaces': [namespace('shop', 'enforce')], [webhooks]: [configuration('hs')], ...more };
}
