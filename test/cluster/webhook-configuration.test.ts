// For which namespaces and kinds of workloads a webhook configuration has hitless called.

import { afterEach, describe, expect, it } from 'vitest';
import { createApi } from '../../src/cluster/client/api.ts';
import { sentKinds, webhookCalls } from '../../src/cluster/webhook-configuration.ts';
import { rulesFor } from '../../src/cluster/webhook-rules.ts';
import type { JsonObject } from '../../src/workload/json.ts';
import { daemonSet } from '../../src/workload/kinds/daemon-set.ts';
import { deployment } from '../../src/workload/kinds/deployment.ts';
import { patchableKinds } from '../../src/workload/kinds/kinds.ts';
import { rollout } from '../../src/workload/kinds/rollout.ts';
import { statefulSet } from '../../src/workload/kinds/stateful-set.ts';
import { type AnsweringServer, type Answers, answeringApiServer } from '../support/answering-api-server.ts';

const ending: AnsweringServer[] = [];
afterEach(() => {
  for (const server of ending.splice(0)) server.close();
});

const everything = { apiGroups: ['*'], apiVersions: ['*'], resources: ['*'], operations: ['*'] };

function entry(mode: 'enforce' | 'audit', rules: readonly JsonObject[]): JsonObject {
  return {
    name: `${mode}.hitless.dev`,
    rules: [...rules],
    namespaceSelector: { matchLabels: { 'hitless.dev/mode': mode } },
  };
}

const shop = { name: 'shop', labels: { 'hitless.dev/mode': 'enforce' }, annotations: {} };

describe('a namespace with the label', () => {
  it.each([
    ['all kinds', rulesFor(patchableKinds()), ['enforce', 'enforce', 'enforce', 'enforce']],
    ['some', rulesFor([deployment, rollout]), ['enforce', 'never', 'never', 'enforce']],
    ['one', rulesFor([daemonSet]), ['never', 'never', 'enforce', 'never']],
    ['all resources', [everything], ['enforce', 'enforce', 'enforce', 'enforce']],
    [
      'another version',
      [{ ...everything, apiGroups: ['argoproj.io'], apiVersions: ['v2'] }],
      ['never', 'never', 'never', 'never'],
    ],
    ['nothing', [], ['never', 'never', 'never', 'never']],
  ])('is called for the kinds that the rules send: %s', (_what, rules, modes) => {
    const { modeFor } = webhookCalls([{ webhooks: [entry('enforce', rules)] }]);
    expect([deployment, statefulSet, daemonSet, rollout].map((kind) => modeFor(shop, kind))).toEqual(modes);
    // whether it is called at all is not a matter of kinds
    expect(modeFor(shop)).toBe('enforce');
  });

  it('is not called by the rules of the other mode', () => {
    const { modeFor } = webhookCalls([
      { webhooks: [entry('enforce', rulesFor([deployment])), entry('audit', rulesFor([statefulSet]))] },
    ]);
    expect(modeFor(shop, statefulSet)).toBe('never');
  });
});

describe('the kinds that a configuration sends', () => {
  const path = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/hitless';
  const sent = async (answers: Answers) => {
    const server = await answeringApiServer(answers);
    ending.push(server);
    const api = createApi({ server: new URL(server.url), origin: 'test', options: async () => ({ agent: false }) });
    const kinds = await sentKinds(api, 'hitless');
    return kinds.map(({ kind }) => kind);
  };

  it('are those of any of its entries', async () => {
    const webhooks = [entry('enforce', rulesFor([deployment])), entry('audit', rulesFor([statefulSet, deployment]))];
    expect(await sent({ [path]: { webhooks } })).toEqual(['Deployment', 'StatefulSet']);
  });

  it.each([403, 404])('are taken to be all where it may not be read, or is gone: %i', async (code) => {
    expect(await sent({ [path]: code })).toEqual(patchableKinds().map(({ kind }) => kind));
  });

  it('are unknown where the API server fails', async () => {
    await expect(sent({ [path]: 500 })).rejects.toThrow('said 500');
  });
});
