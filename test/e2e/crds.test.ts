// The API server and our own reader judge a policy alike: what one takes the other takes, and both name the same field.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { crd } from '../../scripts/crds.ts';
import { policyApiVersion } from '../../src/names.ts';
import { sentence } from '../../src/policy/validation/field-error.ts';
import { readPolicy } from '../../src/policy/validation/validate.ts';
import type { Json } from '../../src/workload/json.ts';
import { established, kubectl, must, needCluster } from '../support/e2e/kubectl.ts';
import { documentsIn, folder, isOurs, singleMistakes } from '../support/e2e/policies.ts';
import { exceptionOf, names, onlyOurs } from '../support/e2e/refusals.ts';

let wereThere = true;
let madeShop = false;

beforeAll(async () => {
  needCluster();
  wereThere = (await kubectl(['get', 'crd', 'rolloutpolicies.hitless.dev'])).code === 0;
  const documents = [crd('ClusterRolloutPolicy'), crd('RolloutPolicy')]
    .map((one) => JSON.stringify(one))
    .join('\n---\n');
  await must(kubectl(['apply', '--server-side', '--force-conflicts', '-f', '-'], documents));
  await established('clusterrolloutpolicies.hitless.dev', 'rolloutpolicies.hitless.dev');
  madeShop = (await kubectl(['create', 'namespace', 'shop'])).code === 0;
}, 60_000);

afterAll(async () => {
  if (madeShop) await kubectl(['delete', 'namespace', 'shop']);
  if (wereThere) return;
  await kubectl(['delete', 'crd', 'clusterrolloutpolicies.hitless.dev', 'rolloutpolicies.hitless.dev']);
}, 60_000);

/** A dry run as kubectl sends it: unknown fields are refused. */
function create(document: Json) {
  const { kind, metadata } = document as { kind: string; metadata?: { namespace?: unknown } };
  const namespace = typeof metadata?.namespace === 'string' ? metadata.namespace : 'default';
  const place = kind === 'RolloutPolicy' ? `namespaces/${namespace}/rolloutpolicies` : 'clusterrolloutpolicies';
  const path = `/apis/${policyApiVersion}/${place}?dryRun=All&fieldValidation=Strict`;
  return kubectl(['create', '--raw', path, '-f', '-'], JSON.stringify(document));
}

describe('the API server', () => {
  it.each(documentsIn('valid'))('takes $title', async ({ document }) => {
    const { code, err } = await create(document);
    expect({ code, err }).toEqual({ code: 0, err: '' });
  });

  it.each(documentsIn('invalid').filter(isOurs))('refuses $title', async ({ document }) => {
    expect((await create(document)).code).not.toBe(0);
  });

  it.each(singleMistakes())('names the field of $title', async ({ document, mistakes }) => {
    const { code, err } = await create(document);
    const exceptions = mistakes.map(exceptionOf);
    if (exceptions.every((exception) => exception?.taken === true)) expect(err).toBe('');
    else expect(code).not.toBe(0);
    if (!exceptions.includes(undefined) || exceptions.some((exception) => exception?.taken === false)) return;
    const named = mistakes.filter((mistake) => names(err, mistake));
    expect(named, err).not.toEqual([]);
  });

  it.each(['preStopSleep.minimumSeconds', 'rollingUpdate.maxSurge'])('uses our words for %s', async (field) => {
    const text = readFileSync(join(folder, 'invalid/contradictions.yaml'), 'utf8');
    const document = parseAllDocuments(text)[0]?.toJS() as Json;
    const ours = readPolicy(document).mistakes.find(({ path }) => path === `spec.${field}`);
    expect((await create(document)).err).toContain(`found ${ours?.found}; allowed: ${ours?.allowed}`);
  });
});

it('tells mistakes apart, but for those of one handler, one name or one item', () => {
  const together = singleMistakes().filter(({ mistakes }) => mistakes.length > 1);
  expect(together.length).toBeLessThan(singleMistakes().length / 6);
});

it('has no exception that nothing needs', () => {
  const all = singleMistakes().flatMap(({ mistakes }) => mistakes);
  for (const { sentence: pattern, reason } of onlyOurs)
    expect(
      all.some((mistake) => pattern.test(sentence(mistake))),
      reason,
    ).toBe(true);
});
