// Asked again in the same request, hitless has nothing to add: histories in which it had.

import { describe, expect, it } from 'vitest';
import { modelKinds } from '../../support/cluster/kinds/kinds.ts';
import { broken } from '../../support/histories/broken.ts';
import type { History } from '../../support/histories/steps.ts';
import {
  allOff,
  apply,
  away,
  edit,
  enforce15,
  exec,
  fill15,
  forget,
  minReady,
  nothing,
  off,
  ops,
  restart,
  sleep,
  tcp,
  told,
  undo,
} from '../../support/histories/telling.ts';

const histories: readonly (readonly [string, History])[] = [
  [
    'a value that was raised is dropped, and filled with the same number',
    told('server-side', { grace: 20 }, { ...enforce15, terminationGracePeriod: { action: 'enforce' } }, [
      apply({ grace: nothing }, { policy: fill15 }),
    ]),
  ],
  [
    'a value that was filled is written too small, and raised to the same number',
    told('helm', {}, minReady('enforce', 9), [apply({ minReady: 2 })]),
  ],
  [
    'a value of the author’s own is dropped by a PUT, and filled with the same number',
    told('put', { minReady: 7 }, minReady('enforce', 7), [restart(), apply({ minReady: nothing })]),
  ],
  [
    'a record is older than what another client did while the webhook was away',
    told('helm', { minReady: 0 }, { ...allOff, ...minReady('fill', 7) }, [apply({}, away), apply({ hook: nothing })]),
  ],
  [
    'a hook of the author’s own is dropped under another mechanism',
    told('server-side', {}, fill15, [
      apply(
        { grace: 35 },
        { policy: { preStopSleep: { action: 'fill', seconds: 3, mechanism: 'exec' } } },
        'client-side',
      ),
    ]),
  ],
  [
    'the raised value is written as the warning asks, and the record has nothing else',
    told('put', {}, allOff, [
      ops({ minReady: 0 }, { policy: { ...allOff, ...minReady('enforce', 7) } }),
      ops({ minReady: 7 }),
    ]),
  ],
  [
    'an undo brings our probe back, of which another manager owns the handler by now',
    told('client-side', {}, nothing, [ops({ probe: tcp }), undo(0, { policy: enforce15 })]),
  ],
  [
    'a sleep is adopted while the webhook is away, and then an editor takes it out',
    told('client-side', {}, { ...allOff, preStopSleep: { action: 'fill' } }, [
      apply({ hook: sleep(10) }, away),
      edit({ hook: nothing }),
    ]),
  ],
  [
    'a probe is adopted while the webhook is away, and then the annotations go',
    told('server-side', {}, nothing, [ops({ probe: tcp }, away), forget()]),
  ],
  [
    'a probe is adopted while the webhook is away, and then somebody scales',
    told('client-side', {}, nothing, [ops({ probe: tcp }, away), apply({ replicas: 1 })]),
  ],
  [
    'a grace period is adopted together with the opt-out',
    told('server-side', {}, enforce15, [apply({ grace: 35, mode: 'off' })]),
  ],
  [
    'a probe is adopted together with the opt-out',
    told('server-side', {}, nothing, [apply({ mode: 'off', probe: tcp })]),
  ],
  [
    'a probe is adopted by another manager after the opt-out',
    told('server-side', {}, nothing, [apply({ mode: 'off' }), ops({ probe: tcp })]),
  ],
  [
    'a second manager adopts the grace period when nothing is filled any more',
    told('put', {}, enforce15, [ops({ grace: 35 }, { policy: allOff })]),
  ],
  [
    'somebody takes our probe out while the webhook is away, and restarts',
    told('client-side', {}, nothing, [edit({ probe: nothing }, away), restart()]),
  ],
  [
    'an editor sets maxUnavailable 0, and a PUT drops it',
    told('put', { probe: { httpGet: { port: 8080 }, initialDelaySeconds: 9 } }, { rollingUpdate: off }, [
      edit({ strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: '25%' } } }),
      apply({ hook: exec }, { policy: nothing }),
    ]),
  ],
  [
    'the annotations go while the webhook is away, and another policy fills',
    told('put', {}, nothing, [forget(away), edit({ probe: nothing }, { policy: minReady('enforce', 7) })]),
  ],
];

describe.each(modelKinds)('of a $kind, asked again in the same request, hitless has nothing to add, where', (model) => {
  it.each(histories)('%s', (_name, told) => expect(broken({ ...told, model })).toEqual([]));
});
