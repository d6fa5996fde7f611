// The Services that select some pods, by an index: the same as by a look at all of them.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { servicesSharingLabel } from '../../src/cluster-state/service-index.ts';
import { hasAll } from '../../src/workload/selector.ts';

const texts = fc.dictionary(fc.constantFrom('app', 'tier', 'constructor', 'toString'), fc.constantFrom('a', 'b', ''));
const services = fc.array(
  texts.map((selector) => ({ name: 'web', namespace: 'shop', selector, ports: [] })),
  { maxLength: 12 },
);

test('it finds what a look at each Service finds, in the same order', () => {
  fc.assert(
    fc.property(services, texts, (list, labels) => {
      const wanted = list.filter(({ selector }) => Object.keys(selector).length > 0 && hasAll(selector, labels));
      const found = servicesSharingLabel(list, labels);
      expect(found.filter(({ selector }) => hasAll(selector, labels))).toEqual(wanted);
      expect(found.every((service) => (list as unknown[]).includes(service))).toBe(true);
    }),
  );
});

test('of ten thousand Services it looks at those that share a label with the pods', () => {
  let looked = 0;
  const list = Array.from({ length: 10_000 }, (_, index) => ({
    name: `s${index}`,
    namespace: 'shop',
    ports: [],
    get selector() {
      looked += 1;
      return { app: `a${index}` };
    },
  }));
  servicesSharingLabel(list, { app: 'a1' });
  looked = 0;
  expect(servicesSharingLabel(list, { app: 'a7' })).toHaveLength(1);
  expect(looked).toBe(0);
});
