// The API server of bench/large-fake-cluster.ts, in a process of its own, so that its work is not counted.

import { type Huge, hugeApiServer } from '../../test/support/huge-api-server.ts';
import { collectionsOf, type Size } from './objects.ts';

export interface Start {
  readonly size: Size;
  readonly cert: string;
  readonly key: string;
}

/** Once the address is sent, any message makes the watches expire; the answer to it is that they have. */
process.once('message', async ({ size, cert, key }: Start) => {
  const server = await hugeApiServer(kept(collectionsOf(size)), { cert, key });
  process.on('message', () => {
    server.expire();
    process.send?.('expired');
  });
  process.send?.(server.url);
});

/** Each object is made once: later lists cost nothing but the sending. */
function kept(collections: Readonly<Record<string, Huge>>): Readonly<Record<string, Huge>> {
  const entries = Object.entries(collections).map(([path, { count, make }]) => {
    const texts = Array.from({ length: count }, (_, index) => make(index));
    return [path, { count, make: (index: number) => texts[index] ?? '' }];
  });
  return Object.fromEntries(entries);
}
