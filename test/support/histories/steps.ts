// What happens in a history: writes by several clients, and what an operator changes about hitless meanwhile.

import fc from 'fast-check';
import type { Settings } from '../cluster/hitless.ts';
import type { ModelKind } from '../cluster/model-kind.ts';
import type { Neighbour } from '../cluster/neighbours.ts';
import { change, type Fields, partial } from './fields.ts';

/** How the author of the whole manifest writes it. */
export type Author = 'client-side' | 'server-side' | 'helm' | 'put';

/** `force`: server-side apply with --force-conflicts, as most do. */
export type Write =
  | { readonly kind: 'apply'; readonly change: Fields; readonly by?: Author; readonly force?: boolean }
  /** A second manager, by server-side apply. */
  | { readonly kind: 'ops'; readonly change: Fields; readonly force?: boolean }
  | { readonly kind: 'edit'; readonly change: Fields }
  | { readonly kind: 'annotate'; readonly mode: string | null }
  | { readonly kind: 'undo'; readonly to: number }
  /** A client that writes everything back but the annotations. */
  | { readonly kind: 'forget' }
  | { readonly kind: 'label' }
  | { readonly kind: 'restart' };

export interface Step {
  readonly write: Write;
  /** What has changed about hitless before this write; it is away for this one alone. */
  readonly settings: Settings;
}

export interface History {
  /** Deployment where it is absent. */
  readonly model?: ModelKind;
  readonly author: Author;
  readonly first: Fields;
  readonly settings: Settings;
  readonly neighbours: readonly Neighbour[];
  readonly steps: readonly Step[];
}

const sections = [
  'readinessProbe',
  'preStopSleep',
  'terminationGracePeriod',
  'rollingUpdate',
  'minReadySeconds',
] as const;
const all = (action: string, more: Record<string, object> = {}) =>
  Object.fromEntries(sections.map((section) => [section, { action, ...more[section] }]));
const numbers = { preStopSleep: { seconds: 15 }, minReadySeconds: { seconds: 7 } };

const action = fc.constantFrom('off', 'report', 'fill', 'fill', 'enforce');
const sleeps = fc.record({
  action,
  seconds: fc.constantFrom(10, 15, 3),
  mechanism: fc.constantFrom('auto', 'auto', 'exec'),
});
const mixed = fc.record({
  readinessProbe: fc.record({ action }),
  preStopSleep: sleeps,
  terminationGracePeriod: fc.record({ action }),
  rollingUpdate: fc.record({ action }),
  minReadySeconds: fc.record({ action, seconds: fc.constantFrom(7, 9) }),
});
/** undefined: the built-in one. */
const policy = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(undefined, all('fill', numbers), all('enforce', numbers), all('off')) },
  { weight: 2, arbitrary: mixed },
);

const force = fc.constantFrom(true, true, true, false);
const author = fc.constantFrom<Author>('client-side', 'server-side', 'helm', 'put');
const write: fc.Arbitrary<Write> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ kind: fc.constant('apply' as const), change, force }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('apply' as const), change, by: author }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('ops' as const), change: partial, force }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('edit' as const), change }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('annotate' as const), mode: fc.constantFrom('off', 'audit', null) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('undo' as const), to: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.constantFrom<Write>({ kind: 'forget' }, { kind: 'label' }) },
  { weight: 2, arbitrary: fc.constant<Write>({ kind: 'restart' }) },
);

const settings: fc.Arbitrary<Settings> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({}) },
  { weight: 3, arbitrary: policy.map((policy) => ({ policy })) },
  {
    weight: 1,
    arbitrary: fc.record({ mode: fc.constantFrom<Settings['mode']>('enforce', 'enforce', 'audit', undefined) }),
  },
  { weight: 1, arbitrary: fc.constant({ away: true }) },
  { weight: 1, arbitrary: fc.record({ unnamed: fc.constantFrom(true, false) }) },
  { weight: 1, arbitrary: fc.record({ reinvocation: fc.constantFrom<'Never' | 'IfNeeded'>('Never', 'IfNeeded') }) },
);

/** Most have no other webhook, or one; those that write our own fields are rarer. */
const neighbours = fc.oneof(
  { weight: 3, arbitrary: fc.constant([]) },
  {
    weight: 4,
    arbitrary: fc
      .constantFrom<Neighbour>('label', 'stamp', 'env', 'digest', 'digest', 'toleration', 'sidecar')
      .map((kind) => [kind]),
  },
  { weight: 1, arbitrary: fc.constantFrom<Neighbour>('grace', 'probe').map((kind) => [kind]) },
  { weight: 1, arbitrary: fc.constant<Neighbour[]>(['stamp', 'sidecar', 'digest']) },
);

/** Of Deployments; those of another kind are the same, with a `model`. */
export const history: fc.Arbitrary<History> = fc.record({
  author,
  first: change,
  settings: policy.map((policy) => ({ mode: 'enforce' as const, policy })),
  neighbours,
  steps: fc.array(fc.record({ write, settings }), { minLength: 1, maxLength: 5, size: 'max' }),
});
