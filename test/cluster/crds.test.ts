// The API server and our own reader judge a policy alike: what one takes the other takes, and both name the same field.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { crd } from '../../docs/crds.ts';
import { type Keys, type Mistake, sentence } from '../../src/policy/mistake.ts';
import { policyApiVersion, readPolicy } from '../../src/policy/validate.ts';
import { isObject, type Json } from '../../src/workload/json.ts';
import { kubectl, must, needCluster } from './kubectl.ts';

const folder = join(import.meta.dirname, '../policies');

interface Given {
  readonly title: string;
  readonly document: Json;
}

function documentsIn(kind: 'valid' | 'invalid'): Given[] {
  const files = readdirSync(join(folder, kind)).filter((file) => file.endsWith('.yaml'));
  return files.flatMap((file) =>
    [...parseAllDocuments(readFileSync(join(folder, kind, file), 'utf8'))].map((document, index) => ({
      title: `${file} ${index}`,
      document: document.toJS() as Json,
    })),
  );
}

/** What never gets to the schema: whole documents that are none of our kinds. */
function isOurs({ document }: Given): boolean {
  return (
    isObject(document) &&
    document.apiVersion === policyApiVersion &&
    (document.kind === 'ClusterRolloutPolicy' || document.kind === 'RolloutPolicy')
  );
}

/** Mistakes that only our reader names, with the reason. `taken`: the API server takes the document. */
const onlyOurs: readonly { readonly sentence: RegExp; readonly reason: string; readonly taken: boolean }[] = [
  {
    sentence: /^metadata\.namespace: found "shop"; allowed: no namespace in a ClusterRolloutPolicy/,
    reason: 'the API server takes the namespace of a cluster-wide object away without a word',
    taken: true,
  },
  {
    sentence: /^metadata\.namespace: found /,
    reason: 'the namespace stands in the address of the request, and is looked up before the object is read',
    taken: false,
  },
  {
    sentence: /^metadata: found nothing/,
    reason: 'an object without metadata is one without a name to the API server',
    taken: false,
  },
  {
    sentence: /^spec\.(\w+|readinessProbe\.timeoutSeconds|namespaceSelector\.matchLabels\.empty): found nothing/,
    reason: 'to the API server a null is a field that is not written, and it is not stored',
    taken: true,
  },
  {
    sentence: /matchLabels[.[].*allowed: a label key/,
    reason: 'OpenAPI cannot judge the keys of a map, and CEL refuses to: nothing bounds their length',
    taken: true,
  },
  {
    sentence: /^spec\.terminationGracePeriod\.maximumSeconds: .* and preStopSleep\.seconds \([1-9]/,
    reason: 'whether the sleep is off is not to be seen by CEL: action may be a boolean, so it has no type',
    taken: true,
  },
];

/** The documents of our kinds, each with one mistake where mistakes can be told apart. */
function singleMistakes(): (Given & { readonly mistakes: readonly Mistake[] })[] {
  return documentsIn('invalid')
    .filter(isOurs)
    .flatMap(({ title, document }) => {
      const { mistakes } = readPolicy(document);
      return mistakes.map((mistake) => {
        const single = without(document, mistakes, mistake);
        const rest = readPolicy(single).mistakes;
        return { title: `${title}: ${sentence(mistake)}`, document: single, mistakes: rest };
      });
    });
}

/** Takes every other mistake out, and with it the whole item of a list: what is left of one would be another mistake. */
function without(document: Json, mistakes: readonly Mistake[], kept: Mistake): Json {
  const copy = structuredClone(document);
  const others = mistakes.filter(({ keys }) => !begins(keys, kept.keys) && !begins(kept.keys, keys));
  const targets = new Map(
    others.map(({ keys }) => itemOf(keys, kept.keys)).map((keys) => [JSON.stringify(keys), keys]),
  );
  // from the end, so that indexes of lists stay right
  for (const keys of [...targets.values()].toReversed()) remove(copy, keys, kept.keys);
  return copy;
}

function begins(keys: Keys, beginning: Keys): boolean {
  return beginning.every((key, index) => keys[index] === key);
}

function itemOf(keys: Keys, kept: Keys): Keys {
  const index = keys.findIndex((key, place) => typeof key === 'number' && !begins(kept, keys.slice(0, place + 1)));
  return index < 0 ? keys : keys.slice(0, index + 1);
}

function remove(document: Json, keys: Keys, kept: Keys): void {
  const parentKeys = keys.slice(0, -1);
  const last = keys.at(-1);
  const parent = parentKeys.reduce<unknown>((value, key) => (value as Record<string, unknown>)?.[key], document);
  if (Array.isArray(parent)) parent.splice(last as number, 1);
  else if (isObject(parent) && last !== undefined && Object.hasOwn(parent, last))
    delete (parent as Record<string, unknown>)[last];
  else if (!begins(kept, parentKeys)) remove(document, parentKeys, kept);
}

/** A dry run as kubectl sends it: unknown fields are refused. */
function create(document: Json) {
  const { kind, metadata } = document as { kind: string; metadata?: { namespace?: unknown } };
  const namespace = typeof metadata?.namespace === 'string' ? metadata.namespace : 'default';
  const place = kind === 'RolloutPolicy' ? `namespaces/${namespace}/rolloutpolicies` : 'clusterrolloutpolicies';
  const path = `/apis/${policyApiVersion}/${place}?dryRun=All&fieldValidation=Strict`;
  return kubectl(['create', '--raw', path, '-f', '-'], JSON.stringify(document));
}

/** One way to write a path for `matchLabels[a.b/c]` and `matchLabels.a.b/c`. */
function plain(text: string): string {
  return text
    .replaceAll(/(v1\.)?ObjectMeta/g, 'metadata')
    .replaceAll(/[[\]]/g, '.')
    .replaceAll(/\.+(?=[.:]|$)/gm, '');
}

/** The field itself, one below it, or the one above it with the key in the sentence. */
function names(refusal: string, { path, keys }: Mistake): boolean {
  const wanted = plain(path);
  return refusal.split('\n').some((line) => {
    const words = plain(line)
      .split(/[\s"]+/)
      .map((word) => word.replace(/[:,]+$/, ''));
    if (words.some((word) => word === wanted || word.startsWith(`${wanted}.`))) return true;
    const above = wanted.slice(0, wanted.lastIndexOf('.'));
    return words.includes(above) && words.includes(String(keys.at(-1)));
  });
}

let wereThere = true;
let madeShop = false;

beforeAll(async () => {
  needCluster();
  wereThere = (await kubectl(['get', 'crd', 'rolloutpolicies.hitless.dev'])).code === 0;
  const documents = [crd('ClusterRolloutPolicy'), crd('RolloutPolicy')]
    .map((one) => JSON.stringify(one))
    .join('\n---\n');
  await must(kubectl(['apply', '--server-side', '--force-conflicts', '-f', '-'], documents));
  await must(
    kubectl([
      'wait',
      '--for=condition=Established',
      'crd/clusterrolloutpolicies.hitless.dev',
      'crd/rolloutpolicies.hitless.dev',
    ]),
  );
  madeShop = (await kubectl(['create', 'namespace', 'shop'])).code === 0;
}, 60_000);

afterAll(async () => {
  if (madeShop) await kubectl(['delete', 'namespace', 'shop']);
  if (wereThere) return;
  await kubectl(['delete', 'crd', 'clusterrolloutpolicies.hitless.dev', 'rolloutpolicies.hitless.dev']);
}, 60_000);

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

function exceptionOf(mistake: Mistake) {
  return onlyOurs.find((exception) => exception.sentence.test(sentence(mistake)));
}
