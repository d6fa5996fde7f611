// Settings that a ClusterRolloutPolicy keeps to itself and its kind: RolloutPolicies and annotations, which teams
// write, do not count for them. Among ClusterRolloutPolicies the priority decides as without a lock.

import { isZero } from '../workload/int-or-percent.ts';
import { kindsPath } from './kinds-setting.ts';
import { type FieldOrigin, originOf, type PartialSpec, type PolicyDocument } from './policy.ts';
import { fieldsOf, sections, settingsIn } from './sections.ts';

/** What `locked` may list: `kinds`, `preStopSleep`, or `preStopSleep.seconds`. */
export const lockable: readonly string[] = [
  kindsPath,
  ...sections.flatMap((section) => [section, ...Object.keys(fieldsOf(section)).map((field) => `${section}.${field}`)]),
];

export interface Lock {
  readonly by: FieldOrigin;
  /** As the policy lists it. */
  readonly name: string;
}

/** A setting that does not count, in a sentence for its author. */
export interface IgnoredSetting {
  readonly message: string;
  /** The same without the names of policies, for a reader who may not be allowed to see them. */
  readonly discreet: string;
}

/** By `kinds` or `section.field`. */
export type Locks = ReadonlyMap<string, Lock>;

/** Fields that only an annotation sets, by what locks them. */
const withThem: Readonly<Record<string, readonly string[]>> = {
  terminationGracePeriod: ['terminationGracePeriod.seconds'],
  // The whole period would leave the drain what remains of it.
  'terminationGracePeriod.drainSeconds': ['terminationGracePeriod.seconds'],
};

/** `documents`: those that apply, lowest first. Of several locks of one field the highest policy's is named. Undefined for none. */
export function locksOf(documents: readonly PolicyDocument[]): Locks | undefined {
  let locks: Map<string, Lock> | undefined;
  for (const document of documents) {
    if (document.locked === undefined) continue;
    locks ??= new Map();
    for (const name of document.locked)
      for (const path of pathsOf(name)) locks.set(path, { by: originOf(document), name });
  }
  return locks;
}

function pathsOf(name: string): readonly string[] {
  const own = name.includes('.') || name === kindsPath ? [name] : lockable.filter((one) => one.startsWith(`${name}.`));
  return [...own, ...(withThem[name] ?? [])];
}

/** The locks that a spec runs into, each once. */
export function locksIn(locks: Locks, spec: PartialSpec): readonly Lock[] {
  const found = settingsIn(spec).flatMap((path) => locks.get(path) ?? []);
  return [...new Map(found.map((lock) => [`${lock.by} ${lock.name}`, lock])).values()];
}

// A namespace can have a thousand policies: more sentences than this would not be read.
const mostTold = 20;

/** `Deployment annotation hitless.dev/max-surge` sets what a policy locks. */
export function ignoredLayer(origin: FieldOrigin, { by, name }: Lock): IgnoredSetting {
  return {
    message: `${origin} is ignored: ${by} locks ${name}.`,
    discreet: `${origin} is ignored: a policy locks ${name}.`,
  };
}

/** `begin`: `RolloutPolicy shop/web is ignored for rollingUpdate.maxUnavailable`. */
export function ignoredBesideZero(begin: string, { by, name }: Lock): IgnoredSetting {
  return {
    message: `${begin}: ${by} locks ${name}, which keeps maxSurge at 0, and both cannot be 0.`,
    discreet: `${begin}: a policy locks ${name}, which keeps maxSurge at 0, and both cannot be 0.`,
  };
}

/** The lock of maxSurge where it is zero and maxUnavailable is left to teams. `documents`: as for locksOf. */
export function surgeLockedAtZero(locks: Locks, documents: readonly PolicyDocument[]): Lock | undefined {
  if (locks.has('rollingUpdate.maxUnavailable')) return undefined;
  const setting = documents.findLast(
    ({ kind, spec }) => kind === 'ClusterRolloutPolicy' && spec.rollingUpdate?.maxSurge !== undefined,
  );
  return isZero(setting?.spec.rollingUpdate?.maxSurge) ? locks.get('rollingUpdate.maxSurge') : undefined;
}

/** A sentence for each RolloutPolicy and lock that keeps it from something. */
export function ignoredPolicies(locks: Locks, documents: readonly PolicyDocument[]): readonly IgnoredSetting[] {
  const told = documents
    .filter(({ kind }) => kind === 'RolloutPolicy')
    .flatMap((document) =>
      locksIn(locks, document.spec).map(({ by, name }) => {
        const origin = originOf(document);
        return {
          message: `${origin} is ignored for ${name}: ${by} locks it.`,
          discreet: `${origin} is ignored for ${name}: a policy locks it.`,
        };
      }),
    );
  const rest = told.length - mostTold;
  if (rest <= 0) return told;
  const more = `RolloutPolicies are ignored for ${rest} more settings that ClusterRolloutPolicies lock.`;
  return [...told.slice(0, mostTold), { message: more, discreet: more }];
}
