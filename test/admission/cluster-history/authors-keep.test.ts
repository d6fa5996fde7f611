// Histories in which an author lost a value, or got one of ours into a handler of his own.

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
  https,
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

// What `kubectl get -o yaml` of an object that we patched holds.
const exported = '{"spec.template.spec.containers[web].lifecycle.preStop.sleep":{"seconds":10}}';

const histories: readonly (readonly [string, History])[] = [
  ['another manager writes our handler without our number', told('server-side', {}, nothing, [ops({ probe: tcp })])],
  [
    'our handler with a number of the author’s',
    told('client-side', {}, nothing, [apply({ probe: { ...tcp, initialDelaySeconds: 9 } }, {}, 'server-side')]),
  ],
  [
    'an initial delay that was copied',
    told('client-side', {}, nothing, [
      apply({ liveness: { ...https, initialDelaySeconds: 9 } }),
      apply({ probe: { ...https, periodSeconds: 1 } }),
    ]),
  ],
  [
    'members that were copied, while the webhook was away',
    told('server-side', { liveness: https }, nothing, [
      apply({ probe: { httpGet: { path: '/ready', port: 8080 } } }, away),
      apply({ hook: exec }),
    ]),
  ],
  [
    'undo over a probe of the author’s own',
    told('server-side', { liveness: https }, nothing, [
      apply({ probe: { httpGet: { path: '/live', port: 8080 }, initialDelaySeconds: 9 } }),
      undo(2),
    ]),
  ],
  [
    'a raised value, and an editor who takes another field',
    told('server-side', { minReady: 2 }, nothing, [
      apply({ grace: nothing }, { policy: minReady('enforce', 9) }),
      edit({ replicas: nothing }, { policy: {} }),
    ]),
  ],
  [
    'a raised sleep, and an editor who changes the image',
    told('server-side', { hook: sleep(1) }, { preStopSleep: { action: 'enforce', seconds: 10 } }, [
      edit({ image: 'app:2' }, { policy: nothing }),
    ]),
  ],
  [
    'the raised value, by another manager',
    told('put', { strategy: { rollingUpdate: { maxUnavailable: 1 } } }, nothing, [
      edit({ hook: exec }, { policy: { rollingUpdate: { action: 'enforce' } } }),
      ops({ strategy: { rollingUpdate: { maxUnavailable: 0 } } }, { policy: nothing }),
    ]),
  ],
  [
    'the raised value, after nobody enforces any more',
    told('server-side', { minReady: 2 }, minReady('enforce', 7), [apply({ minReady: 7 }, { policy: nothing })]),
  ],
  [
    'an explicit zero that was raised',
    told('server-side', {}, nothing, [
      apply({ minReady: 0 }, { policy: minReady('enforce', 7) }),
      edit({ image: 'app:3' }),
      ops({ grace: nothing }, { policy: {} }),
    ]),
  ],
  [
    'kubectl moves from client-side to server-side apply under another policy',
    told('client-side', { proxy: { lifecycle: sleep(15) } }, nothing, [
      apply({}, { policy: { ...enforce15, rollingUpdate: { action: 'enforce' } } }, 'server-side'),
    ]),
  ],
  [
    'a number of the author’s beside a handler of another kind, by Helm',
    told('helm', {}, nothing, [
      apply({ probe: { exec: { command: ['/check'] }, periodSeconds: 1 } }),
      apply({ grace: nothing }),
    ]),
  ],
  [
    'a manifest exported with our record, by server-side apply',
    told('put', {}, { preStopSleep: off }, [apply({ record: exported, hook: sleep(10) }, {}, 'server-side')]),
  ],
  [
    'a manifest exported with our record, by client-side apply',
    told('client-side', { record: exported }, { preStopSleep: off }, [apply({ hook: sleep(10) })]),
  ],
  [
    'a manifest exported with our record, into another namespace',
    told(
      'server-side',
      { record: exported, hook: sleep(10), probe: { ...tcp, periodSeconds: 1 } },
      { preStopSleep: off },
      [],
    ),
  ],
  [
    'a probe of his own, in a manifest with a record that knows nothing of ours',
    told('client-side', {}, nothing, [
      apply({ probe: { grpc: { port: 8081 } }, record: '{"spec.minReadySeconds":7}' }),
    ]),
  ],
  [
    'a hook of his own, in a manifest with a record that knows nothing of ours',
    told('client-side', {}, nothing, [apply({ hook: exec, record: '{"spec.minReadySeconds":7}' })]),
  ],
  [
    'a probe of his own after an undo over another',
    told('client-side', {}, nothing, [
      edit({ probe: { grpc: { port: 8081 } } }, away),
      undo(2),
      apply({ probe: { httpGet: { port: 8080 } } }),
    ]),
  ],
  [
    'a sleep that another manager adopted, after an undo that leaves it as it is',
    told('client-side', {}, { preStopSleep: { action: 'enforce', seconds: 3 } }, [
      ops({ hook: sleep(3) }),
      restart({ policy: {} }),
      undo(),
    ]),
  ],
  [
    'a number of a probe that an editor took out, and that the next apply says again',
    told('client-side', { probe: { httpGet: { port: 8080 }, periodSeconds: 1 } }, nothing, [
      edit({ probe: nothing }),
      apply({}),
    ]),
  ],
  [
    'the grace period that was filled and that an editor took out while the webhook was away, by another manager',
    told('client-side', {}, fill15, [edit({ grace: nothing }, away), ops({ grace: 35 })]),
  ],
  [
    'the sleep that was filled, after another one while the webhook was away',
    told('helm', {}, nothing, [apply({ hook: sleep(1) }, away), apply({ hook: sleep(10) }, { policy: allOff })]),
  ],
  [
    'the probe that was filled, after an editor took it out while the webhook was away',
    told('client-side', {}, allOff, [
      edit({ image: 'app:2' }, { policy: nothing }),
      edit({ probe: nothing }, away),
      edit({ probe: { ...tcp, periodSeconds: 1 } }),
    ]),
  ],
  [
    'a probe of his own with our number, after an undo to ours',
    told('server-side', {}, nothing, [
      apply({ probe: { httpGet: { port: 8080 }, periodSeconds: 1 } }),
      undo(0, { policy: allOff }),
      apply({ image: 'app:2' }),
    ]),
  ],
  [
    'the raised sleep, in a manifest with an empty record',
    told('server-side', { record: '{}', hook: sleep(1) }, enforce15, [
      apply({ hook: sleep(3), image: 'app:2' }, { policy: allOff }),
    ]),
  ],
  [
    'the raised value, in a manifest with a record of another object',
    told('server-side', { minReady: 2 }, minReady('enforce', 7), [
      apply({ minReady: 7, record: exported }),
      ops({ replicas: 1 }, { policy: nothing }),
    ]),
  ],
  [
    'the raised value, by another manager that scales as well',
    told('client-side', {}, nothing, [
      apply({ minReady: 0 }, { policy: minReady('enforce', 7) }),
      ops({ minReady: 7, replicas: 1 }, { policy: nothing }),
    ]),
  ],
  [
    'the raised value, where another webhook resolves the image',
    told(
      'server-side',
      { minReady: 2 },
      minReady('enforce', 7),
      [apply({ minReady: 7 }, { policy: nothing })],
      ['digest'],
    ),
  ],
];

describe.each(modelKinds)('of a $kind, an author keeps what is his:', (model) => {
  it.each(histories)('%s', (_name, told) => expect(broken({ ...told, model })).toEqual([]));
});
