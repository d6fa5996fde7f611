// What stays text in a review: nothing that a decision reads may differ from the whole parsed at once.

import { existsSync, globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { HttpError } from '../../src/server/http-error.ts';
import { parseReview } from '../../src/server/parse-review.ts';
import { managedFieldsOf, mayHoldApplies, unparsedEntries } from '../../src/workload/managed-fields.ts';

// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
type Any = any;

const shared = fileURLToPath(new URL('../../../shared/reviews/', import.meta.url));
const here = fileURLToPath(new URL('reviews/', import.meta.url));
const recorded = [here, shared]
  .filter((folder) => existsSync(folder))
  .flatMap((folder) => globSync('*.json', { cwd: folder }).map((file) => `${folder}${file}`));

const parts = ['object', 'oldObject'] as const;
const parsed = (review: Any) => parseReview(Buffer.from(JSON.stringify(review))) as Any;
const entries = {
  manager: 'kubectl',
  operation: 'Update',
  fieldsV1: { 'f:spec': { 'k:{"name":"]},\\"spec\\":{"}': {} } },
};

/** An API server's own type: its managedFields are the last of the metadata, and the spec follows. */
const deployment = (metadata: object = {}, template: object = {}) => ({
  kind: 'Deployment',
  apiVersion: 'apps/v1',
  metadata: { name: 'web', labels: { managedFields: 'x', spec: 'y' }, managedFields: [entries], ...metadata },
  spec: { replicas: 2, template: { metadata: { managedFields: [entries] }, spec: { containers: [] }, ...template } },
  status: { replicas: 2 },
});

/** Without a status of its own. */
const nested = (spec: object) => ({ ...deployment(), spec, status: undefined });

const reviewOf = (object: object | null, oldObject: object | null = null, group = 'apps') => ({
  kind: 'AdmissionReview',
  apiVersion: 'admission.k8s.io/v1',
  request: {
    uid: 'u',
    kind: { group, version: 'v1', kind: 'Deployment' },
    name: 'web',
    object,
    oldObject,
    dryRun: false,
  },
});

/** The same review, with every list of managedFields where it belongs. */
function restored(review: Any): Any {
  for (const part of parts) {
    const metadata = review.request?.[part]?.metadata;
    if (metadata?.[unparsedEntries] === undefined) continue;
    metadata.managedFields = managedFieldsOf(metadata);
  }
  // Without the symbol, which a comparison here would see.
  return JSON.parse(JSON.stringify(review));
}

describe('a review, parsed', () => {
  it.each(recorded)('is the whole of %s', (file) => {
    const review = JSON.parse(readFileSync(file, 'utf8'));
    const found = parsed(review);
    for (const part of parts) {
      const metadata = found.request[part]?.metadata;
      if (metadata === undefined) continue;
      const applies = review.request[part].metadata.managedFields.some(({ operation }: Any) => operation === 'Apply');
      expect(metadata[unparsedEntries]).toBeDefined();
      expect(mayHoldApplies(metadata)).toBe(applies);
    }
    expect(restored(found)).toEqual(review);
  });

  it.each([
    ['a new object', reviewOf(deployment())],
    ['a change', reviewOf(deployment({ generation: 2 }), deployment())],
    ['a deleted object', reviewOf(null, deployment())],
    ['no managedFields, but some in the template', reviewOf(deployment({ managedFields: undefined }))],
    ['an old object that has none', reviewOf(deployment(), deployment({ managedFields: undefined }))],
    ['a new object that has none', reviewOf(deployment({ managedFields: undefined }), deployment())],
    ['an empty list', reviewOf(deployment({ managedFields: [] }))],
    ['a list of something else', reviewOf(deployment({ managedFields: [null, 1, 'x'] }))],
    [
      'another order, as a custom resource has it',
      reviewOf({ ...deployment(), metadata: { managedFields: [entries], name: 'web' } }),
    ],
    ['a custom resource', reviewOf(deployment(), deployment(), 'argoproj.io')],
    [
      'an annotation with the text of an object',
      reviewOf(deployment({ annotations: { last: JSON.stringify(deployment()) } })),
    ],
    ['a change beside the spec', reviewOf(deployment({ labels: { a: 'b' } }), deployment())],
    ['a change of the status', reviewOf({ ...deployment(), status: { replicas: 3 } }, deployment())],
    ['a change of the spec', reviewOf(deployment(), deployment({}, { spec: { containers: [{ name: 'web' }] } }))],
    [
      'a status within the spec',
      reviewOf(nested({ a: {}, status: { b: 1 }, c: 2 }), nested({ a: {}, status: { b: 1 } })),
    ],
    ['a status in the spec and none beside it', reviewOf(nested({ a: {}, status: {} }), nested({ a: {}, status: {} }))],
    [
      'a field between spec and status',
      reviewOf({ ...deployment(), more: {}, status: {} }, { ...deployment(), more: {}, status: {} }),
    ],
    ['an old object without a status', reviewOf(deployment(), { ...deployment(), status: undefined })],
    ['a new object without a status', reviewOf({ ...deployment(), status: undefined }, deployment())],
  ])('is the whole of one with %s', (_what, review) => {
    expect(restored(parsed(review))).toEqual(JSON.parse(JSON.stringify(review)));
  });

  it('may be indented', () => {
    const review = reviewOf(deployment(), deployment());
    expect(restored(parseReview(Buffer.from(JSON.stringify(review, null, 2))))).toEqual(
      JSON.parse(JSON.stringify(review)),
    );
  });

  it('gives each copy of the metadata the same entries, and no comparison sees them', () => {
    const { metadata } = parsed(reviewOf(deployment())).request.object;
    expect(managedFieldsOf({ ...metadata })).toBe(managedFieldsOf(metadata));
    expect(Object.keys(metadata)).toEqual(['name', 'labels']);
  });

  it('parses a spec that did not change once', () => {
    const { object, oldObject } = parsed(reviewOf(deployment({ labels: { a: 'b' } }), deployment())).request;
    expect(oldObject.spec).toBe(object.spec);
    expect(oldObject.metadata).not.toBe(object.metadata);
    const other = parsed(reviewOf(deployment(), deployment({}, { spec: { containers: [{ name: 'web' }] } }))).request;
    expect(other.oldObject.spec).not.toBe(other.object.spec);
  });

  it('is refused wherever it ends', () => {
    const text = JSON.stringify(reviewOf(deployment(), deployment()));
    const taken = Array.from(text, (_, end) => end).filter((end) => {
      try {
        parseReview(Buffer.from(text.slice(0, end)));
        return true;
      } catch (error) {
        return !(error instanceof HttpError && error.code === 400);
      }
    });
    expect(taken).toEqual([]);
  });
});

it('entries that are not JSON prove nothing', () => {
  expect(managedFieldsOf({ [unparsedEntries]: { text: '[{"operation":}]' } })).toEqual([]);
});
