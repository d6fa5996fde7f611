// The model of the API server against the real one, for the kinds beside Deployments: a few random histories of each. Rollouts only
// where their definition is installed; without their controller, as in most such clusters.

import fc from 'fast-check';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { otherModelKinds } from '../support/cluster/kinds/kinds.ts';
import { comparable } from '../support/e2e/comparable.ts';
import { kubectl, must, needCluster } from '../support/e2e/kubectl.ts';
import { pair } from '../support/e2e/model.ts';
import { history } from '../support/histories/steps.ts';

const histories = Number(process.env.HITLESS_TEST_RUNS ?? 2);
const seed = Number(process.env.HITLESS_TEST_SEED ?? 7);

beforeAll(needCluster);

const told = fc.sample(history, { numRuns: histories * 2, seed }).filter(({ author }) => author !== 'helm');
const cases = otherModelKinds.flatMap((model) =>
  told.slice(0, histories).map((one, index) => [model.kind, index, { ...one, model }] as const),
);

describe('the model holds what the API server holds', () => {
  it.each(cases)(
    'of a %s after history %i',
    async (kind, index, { model, author, first, steps }) => {
      if (model.custom && (await kubectl(['get', 'crd', 'rollouts.argoproj.io'])).code !== 0) return;
      const namespace = `hitless-model-${kind.toLowerCase()}-${index}`;
      await must(kubectl(['create', 'namespace', namespace]));
      onTestFinished(async () => void (await kubectl(['delete', 'namespace', namespace, '--wait=false'])));
      await must(kubectl(['create', 'quota', 'none', '-n', namespace, '--hard=pods=0']));
      const both = pair(namespace, { kind: { ...model, ...withoutController(model.custom) }, author, first });
      const writes = [{ kind: 'apply' as const, change: {} }, ...steps.map(({ write }) => write)];
      for (const write of writes) {
        if (write.kind === 'apply' && 'by' in write && write.by === 'helm') continue;
        const { took, model: held, cluster, said } = await both.write(write);
        const what = `${JSON.stringify({ author, first, writes })}\nafter ${JSON.stringify(write)}: ${said}`;
        expect(took.model, what).toBe(took.cluster);
        expect(comparable(held), what).toEqual(comparable(cluster));
      }
    },
    120_000,
  );
});

function withoutController(custom: true | undefined): { readonly revision?: never } {
  return custom ? ({ revision: undefined } as never) : {};
}
