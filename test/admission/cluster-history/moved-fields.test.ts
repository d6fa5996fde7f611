// From client-side to server-side apply: kubectl moves the fields of its Update entry, which lists defaults too, into its Apply
// entry. A request that moves fields proves nothing about who wrote them.

import { describe, expect, it } from 'vitest';
import { broken } from '../../support/histories/broken.ts';
import type { History } from '../../support/histories/steps.ts';
import { apply, enforce15, fill15, nothing, off, ops, told } from '../../support/histories/telling.ts';

const raised = { terminationGracePeriod: { action: 'enforce' } };
const none = { readinessProbe: off, preStopSleep: off, terminationGracePeriod: off, rollingUpdate: off };

const histories: readonly (readonly [string, History])[] = [
  [
    'a grace period that was filled, beside a webhook that stamps every write',
    told('client-side', {}, fill15, [apply({}, { policy: none }, 'server-side')], ['stamp', 'sidecar', 'digest']),
  ],
  [
    'a grace period that was filled, and an opt-out to audit',
    told(
      'client-side',
      {},
      none,
      [apply({ image: 'app:3' }, { policy: fill15 }), apply({ mode: 'audit' }, {}, 'server-side')],
      ['stamp'],
    ),
  ],
  [
    'a grace period that was raised',
    told('client-side', { grace: 20 }, { ...raised, readinessProbe: off, rollingUpdate: off }, [
      apply({}, { policy: nothing }, 'server-side'),
    ]),
  ],
  [
    'a grace period that was raised from an explicit default, beside another manager',
    told(
      'client-side',
      { grace: 30 },
      { ...enforce15, ...raised, readinessProbe: off, rollingUpdate: off },
      [ops({ hook: nothing }), apply({}, { policy: nothing }, 'server-side')],
      ['label'],
    ),
  ],
];

describe('no pod is replaced when kubectl moves to server-side apply under another policy:', () => {
  it.each(histories)('%s', (_name, told) => expect(broken(told)).toEqual([]));
});
