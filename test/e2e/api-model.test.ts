// The model of the API server in test/support/cluster against the real one: random writes by every client to both must leave
// the same object with the same managedFields, and be refused by both or by none.

import fc from 'fast-check';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { comparable } from '../support/e2e/comparable.ts';
import { kubectl, must, needCluster } from '../support/e2e/kubectl.ts';
import { pair } from '../support/e2e/model.ts';
import { history } from '../support/histories/steps.ts';

const histories = Number(process.env.HITLESS_TEST_RUNS ?? 60);
const seed = Number(process.env.HITLESS_TEST_SEED ?? 7);
/** One for each history: what an earlier one left, or still writes, is not in the next one's way. */
const namespaceOf = (index: number) => `hitless-model-${index}`;

beforeAll(needCluster);

/** Without room for pods: the Deployments' own controller does all that it does, and no node has work. */
async function createNamespace(name: string): Promise<void> {
  await must(kubectl(['create', 'namespace', name]));
  await must(kubectl(['create', 'quota', 'none', '-n', name, '--hard=pods=0']));
}

describe('the model holds what the API server holds', () => {
  const told = fc.sample(history, { numRuns: histories, seed }).filter(({ author }) => author !== 'helm');
  it.each(told.map((one, index) => [index, one] as const))(
    'after history %i',
    async (index, { author, first, steps }) => {
      const namespace = namespaceOf(index);
      await createNamespace(namespace);
      onTestFinished(async () => void (await kubectl(['delete', 'namespace', namespace, '--wait=false'])));
      const both = pair(namespace, { author, first });
      const writes = [{ kind: 'apply' as const, change: {} }, ...steps.map(({ write }) => write)];
      for (const write of writes) {
        if (write.kind === 'apply' && 'by' in write && write.by === 'helm') continue;
        const { took, model, cluster, said } = await both.write(write);
        const what = `${JSON.stringify({ author, first, writes })}\nafter ${JSON.stringify(write)}: ${said}`;
        expect(took.model, what).toBe(took.cluster);
        expect(comparable(model), what).toEqual(comparable(cluster));
      }
    },
    // It ends by itself after a few dozen writes; the limit is for an API server that answers no more.
    600_000,
  );
});
