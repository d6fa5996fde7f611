// Look-ups of namespaces are shared out among the callers: a stranger who asks for many does not keep an API server from one.

import { describe, expect, test } from 'vitest';
import { createNamespaceLookup, type NamespaceLookupOptions } from '../../../src/cluster/cache/namespace-lookup.ts';
import { networkOf } from '../../../src/cluster/cache/network-of.ts';

const apiServer = '10.0.0.1';

/** Of an API server that answers when told to, and knows every namespace. */
function given(options: Partial<NamespaceLookupOptions> = {}) {
  const asked: string[] = [];
  const ended: string[] = [];
  const answers = new Map<string, () => void>();
  const lookup = createNamespaceLookup({
    fetch: (name, signal) => {
      asked.push(name);
      signal.addEventListener('abort', () => ended.push(name));
      return new Promise((resolve) => answers.set(name, () => resolve({ name, labels: {}, annotations: {} })));
    },
    tell: () => undefined,
    limitMs: 10_000,
    ...options,
  });
  const waits = (caller: string, count: number, name: string) =>
    Array.from({ length: count }, (_, index) => lookup.ask(`${name}-${index}`, caller)).filter(
      (wait) => wait !== undefined,
    );
  const answer = async (name: string) => {
    answers.get(name)?.();
    await new Promise(setImmediate);
  };
  return { lookUp: lookup, asked, ended, waits, answer };
}

describe('look-ups', () => {
  test('of one caller are at most a hundred at one time', () => {
    const { waits, asked } = given();
    expect(waits('10.9.9.9', 1000, 'n')).toHaveLength(100);
    expect(asked).toHaveLength(100);
  });

  test('of a stranger with many names make room for an API server, the oldest first, and his questions end', async () => {
    const { lookUp: lookup, waits, ended, answer } = given();
    waits('10.9.9.9', 1000, 'n');
    expect(lookup.ask('fresh', apiServer)).toBeDefined();
    expect(ended).toEqual(['n-0']);
    await answer('fresh');
    expect(lookup.found('fresh')).toBeDefined();
    expect(waits('10.9.9.9', 1000, 'more')).toEqual([]);
    expect(lookup.found('fresh')).toBeDefined();
  });

  test('that made room are not remembered when their answer comes all the same', async () => {
    const { lookUp: lookup, waits, answer } = given();
    waits('10.9.9.9', 100, 'n');
    lookup.ask('fresh', apiServer);
    await answer('n-0');
    expect(lookup.found('n-0')).toBeUndefined();
    await answer('n-1');
    expect(lookup.found('n-1')).toBeDefined();
  });

  test.each([2, 10, 99])('of %i strangers leave an API server its share', (strangers) => {
    const { waits } = given();
    for (let round = 0; round < 5; round += 1)
      for (let stranger = 0; stranger < strangers; stranger += 1)
        waits(`10.9.0.${stranger}`, 100, `n-${round}-${stranger}`);
    expect(waits(apiServer, 100, 'fresh').length).toBeGreaterThanOrEqual(Math.floor(100 / (strangers + 1)));
  });

  test('of one IPv6 network are one caller', () => {
    const { lookUp: lookup, waits } = given();
    for (let address = 0; address < 200; address += 1) waits(`2001:db8::${address.toString(16)}`, 2, `n-${address}`);
    expect(waits('2001:db8::ffff', 1, 'more')).toEqual([]);
    expect(lookup.ask('fresh', '2001:db8:0:1::1')).toBeDefined();
  });

  test('are forgotten after a while, and then there is room for anybody', async () => {
    const { waits, answer } = given({ rememberMs: 0 });
    waits('10.9.9.9', 100, 'n');
    for (let index = 0; index < 100; index += 1) await answer(`n-${index}`);
    expect(waits('10.9.9.9', 100, 'm')).toHaveLength(100);
  });
});

test.each([
  ['10.0.0.1', '10.0.0.1'],
  ['::ffff:10.0.0.1', '::ffff:10.0.0.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8::6', '2001:db8:0:0'],
  ['2001:db8:1:2::', '2001:db8:1:2'],
  ['::1', '0:0:0:0'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
  ['', ''],
])('the network of %j is %j', (address, network) => {
  expect(networkOf(address)).toBe(network);
});
