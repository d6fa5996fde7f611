// Histories in which something of ours was left after an opt-out.

import { describe, expect, it } from 'vitest';
import { modelKinds } from '../../support/cluster/kinds/kinds.ts';
import { broken } from '../../support/histories/broken.ts';
import type { History } from '../../support/histories/steps.ts';
import {
  allOff,
  annotate,
  apply,
  away,
  exec,
  fill15,
  minReady,
  nothing,
  off,
  ops,
  sleep,
  tcp,
  told,
  undo,
} from '../../support/histories/telling.ts';

const histories: readonly (readonly [string, History])[] = [
  [
    'with a number that the author writes in the same apply',
    told('server-side', {}, minReady('fill', 7), [apply({}), apply({ minReady: 7, mode: 'off' })]),
  ],
  [
    'undo to a template whose record is stored already',
    told('helm', {}, nothing, [annotate('off'), ops({ hook: sleep(15) }, away), undo()]),
  ],
  [
    'undo in audit mode, after the namespace was out',
    told('server-side', {}, fill15, [
      apply({ mode: 'off' }, { mode: undefined }),
      apply({ hook: sleep(10) }),
      undo(3, { mode: 'audit' }),
    ]),
  ],
  [
    'undo over maxUnavailable of the author’s own',
    told('server-side', { grace: 5 }, { readinessProbe: off }, [
      apply({ mode: 'off' }),
      apply({ strategy: { rollingUpdate: { maxUnavailable: 0 } }, grace: nothing }),
      undo(1),
    ]),
  ],
  [
    'a digest that another webhook writes, in the write that opts out',
    told(
      'client-side',
      {},
      { preStopSleep: { action: 'fill', seconds: 15 } },
      [apply({ mode: 'off' }, { policy: nothing })],
      ['digest'],
    ),
  ],
  [
    'a probe of the author’s own, and then an undo to ours',
    told('client-side', {}, nothing, [
      apply({ probe: tcp }),
      undo(),
      annotate('off'),
      ops({ hook: exec }, { policy: allOff }),
    ]),
  ],
];

describe.each(modelKinds)('of a $kind, after an opt-out nothing is left:', (model) => {
  it.each(histories)('%s', (_name, told) => expect(broken({ ...told, model })).toEqual([]));
});
