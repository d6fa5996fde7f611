// After an opt-out nothing of ours is left, no record either, and the API server stops calling.

import { describe, expect, it } from 'vitest';
import { recordOf } from '../../support/cluster/hitless.ts';
import {
  annotated,
  applies,
  image,
  type Manifest,
  manifest,
  optedOut,
  setting,
  shop,
  sleep,
  strategy,
} from '../../support/cluster/shop.ts';

describe('after an opt-out no record is left, so that the API server calls no more', () => {
  const sixWays: [string, (apply: (typeof applies)[0][1]) => Manifest][] = [
    [
      'of an author who changes his template',
      (apply) => {
        const world = shop();
        apply(world, manifest());
        return apply(world, manifest(optedOut, image('app:2')));
      },
    ],
    [
      'that waits for the next template',
      (apply) => {
        const world = shop();
        apply(world, manifest());
        apply(world, manifest(optedOut));
        return apply(world, manifest(optedOut, image('app:2')));
      },
    ],
    [
      'of an author who has written all of it himself',
      (apply) => {
        const world = shop();
        apply(world, manifest());
        const own = manifest(
          sleep(10),
          setting({ readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 } }),
          strategy({ maxUnavailable: 0 }),
        );
        apply(world, own);
        optedOut(own);
        return apply(world, own);
      },
    ],
    ...['{}', '{"was":{}}', '{', '', '[]', '{"spec.replicas":4}', '{"spec.minReadySeconds":7}'].map(
      (record): [string, (apply: (typeof applies)[0][1]) => Manifest] => [
        `of an author who brings the record ${record}`,
        (apply) => {
          const world = shop();
          apply(world, manifest());
          const own = manifest(optedOut, image('app:2'), annotated({ 'hitless.dev/injected': record }));
          return apply(world, own);
        },
      ],
    ),
  ];
  describe.each(applies)('by %s', (_name, apply) => {
    it.each(sixWays)('%s', (_way, history) => {
      expect(recordOf(history(apply))).toBeUndefined();
    });
  });
});
