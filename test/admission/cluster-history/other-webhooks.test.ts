// Another webhook behind us writes into the same object: histories that went wrong.

import { describe, expect, it } from 'vitest';
import { modelKinds } from '../../support/cluster/kinds/kinds.ts';
import { broken } from '../../support/histories/broken.ts';
import type { History } from '../../support/histories/steps.ts';
import {
  allOff,
  annotate,
  apply,
  away,
  edit,
  exec15,
  fill15,
  minReady,
  nothing,
  off,
  ops,
  restart,
  told,
  undo,
} from '../../support/histories/telling.ts';

const histories: readonly (readonly [string, History])[] = [
  [
    'a number in our probe, then a probe of the author’s own',
    told(
      'client-side',
      {},
      nothing,
      [apply({ probe: { httpGet: { path: '/ready', port: 8080 }, failureThreshold: 6 } })],
      ['probe'],
    ),
  ],
  [
    'a number in our probe, then a PUT under another policy',
    told('put', {}, nothing, [apply({ mode: 'audit' })], ['probe']),
  ],
  [
    'a toleration, then a PUT under another policy',
    told(
      'helm',
      {},
      nothing,
      [apply({}, { policy: { ...exec15, readinessProbe: off, rollingUpdate: off } }, 'put')],
      ['toleration'],
    ),
  ],
  [
    'a toleration, and a grace period that was raised',
    told(
      'put',
      { grace: 20 },
      { terminationGracePeriod: { action: 'enforce' } },
      [apply({}, { policy: {} }), restart()],
      ['toleration'],
    ),
  ],
  [
    'another grace period, and a probe that is no longer filled',
    told('put', {}, nothing, [apply({}, { policy: { readinessProbe: { action: 'report' } } }), apply({})], ['grace']),
  ],
  [
    'a digest, and another mechanism',
    told(
      'put',
      {},
      { preStopSleep: { action: 'fill', seconds: 10, mechanism: 'exec' } },
      [apply({}, { policy: nothing }), apply({}, { policy: { preStopSleep: off } })],
      ['digest'],
    ),
  ],
  [
    'a digest, and type Recreate',
    told(
      'helm',
      {},
      { ...exec15, readinessProbe: { action: 'report' } },
      [apply({ strategy: { type: 'Recreate' } }, { policy: {} })],
      ['digest'],
    ),
  ],
  [
    'a sidecar, and three PUTs',
    told('put', {}, nothing, [apply({ hook: nothing }), apply({ hook: nothing })], ['sidecar']),
  ],
  [
    'an own number that is written over at each apply',
    told(
      'client-side',
      { proxy: { readinessProbe: { grpc: { port: 8081 }, failureThreshold: 6 } } },
      { readinessProbe: off },
      [apply({}, { policy: fill15 })],
      ['probe'],
    ),
  ],
  [
    'a number in our probe, which an undo brings back after an opt-out',
    told('client-side', {}, nothing, [annotate('off'), restart({ policy: allOff }), undo()], ['probe']),
  ],
  [
    'a digest while we were away, and a liveness probe whose period was too slow to be copied',
    told(
      'put',
      { liveness: { httpGet: { port: 8080 }, periodSeconds: 10 } },
      nothing,
      [apply({}, away, 'client-side'), apply({ image: 'app:1' }), ops({ probe: { httpGet: { port: 8080 } } })],
      ['stamp', 'sidecar', 'digest'],
    ),
  ],
  [
    'a digest, and an explicit zero that was raised',
    told(
      'server-side',
      {},
      nothing,
      [apply({ minReady: 0 }, { policy: minReady('enforce', 7) }), apply({ hook: nothing })],
      ['digest'],
    ),
  ],
  [
    'a digest, and a probe with a number that was adopted while we were away',
    told(
      'client-side',
      { liveness: { httpGet: { port: 8080 } } },
      nothing,
      [apply({ probe: { httpGet: { port: 8080 }, failureThreshold: 6 } }, away), apply({ image: 'app:1' })],
      ['digest'],
    ),
  ],
  [
    'a digest, and members of a probe that was adopted while we were away',
    told(
      'client-side',
      { liveness: { httpGet: { path: '/ready', port: 8080, host: 'example.org' } }, image: 'app:3' },
      nothing,
      [ops({ probe: { httpGet: { port: 8080 } } }, away), edit({ image: 'app:3' })],
      ['stamp', 'sidecar', 'digest'],
    ),
  ],
];

describe.each(modelKinds)('of a $kind, every promise is kept where another webhook behind us writes', (model) => {
  it.each(histories)('%s', (_name, told) => expect(broken({ ...told, model })).toEqual([]));
});
