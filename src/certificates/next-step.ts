// The next step of the rotation, from the contents of the Secret and the time: pure, so that years of it fit into a test.
//
// A new authority comes in three steps, and at no moment is a leaf served that an API server does not trust, whatever fails or
// waits in between:
//
//   introduce   the new authority is in the caBundle beside the old one, and signs nothing yet
//   switch      it has been there long enough for every API server to know it: it signs a new leaf
//   retire      the last leaf of the old one has expired: only now can none be served, even by a replica that is cut off

import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { SecretContents } from './secret-contents.ts';

export interface Lifetimes {
  readonly leafMs: number;
  readonly authorityMs: number;
  /** How long a new authority is in the caBundle before a leaf of it is served. API servers learn of it in under a second, as a rule. */
  readonly caPropagationMs: number;
}

const dayMs = 86_400_000;
export const usualLifetimes: Lifetimes = { leafMs: 90 * dayMs, authorityMs: 5 * 365 * dayMs, caPropagationMs: 600_000 };

export const rotationRequests = ['leaf', 'ca', 'all'] as const;
/** leaf: renew it. ca: a new authority, step by step. all: everything new at once, for a compromised key. */
export type RotationRequest = (typeof rotationRequests)[number];

export interface RotationState {
  /** undefined: nothing usable. */
  readonly kept: SecretContents | undefined;
  readonly now: Date;
  /** What the leaf must be valid for: DNS names or IP addresses. */
  readonly names: readonly string[];
  readonly lifetimes: Lifetimes;
  /** 0 to 1, another one for each replica, so that not all of them write at the same moment. */
  readonly jitter: number;
  /** The next authority has been in every caBundle for `caPropagationMs`. */
  readonly announced: boolean;
  readonly rotationRequest?: RotationRequest | undefined;
}

export type RotationStep = {
  readonly kind: 'begin' | 'introduce' | 'switch' | 'renew' | 'retire';
  readonly why: string;
  /** The names of a new leaf. */
  readonly names: readonly string[];
};
export type Step = RotationStep | { readonly kind: 'wait'; readonly until: Date };

export function nextStep(situation: RotationState): Step {
  const { kept, now, names, announced, rotationRequest: request } = situation;
  const change = (kind: RotationStep['kind'], why: string, leafNames = names): RotationStep => ({
    kind,
    why,
    names: leafNames,
  });
  if (kept === undefined) return change('begin', 'there is no certificate yet');
  if (request === 'all') return change('begin', 'requested by annotation');
  const { authority, next, leaf } = kept;
  if (!alive(authority, now)) {
    if (next !== undefined && alive(next, now))
      return change('switch', 'the authority has expired and the next one is available');
    return change('begin', authority.notAfter <= now ? 'the authority has expired' : 'the authority is not valid yet');
  }
  if (next !== undefined && announced) return change('switch', 'every API server knows the new authority');
  if (!alive(leaf, now))
    return change('renew', leaf.notAfter <= now ? 'the leaf has expired' : 'the leaf is not valid yet');
  const missing = missingNames(leaf.cert, names);
  // Replicas of two versions may want different names: with all of them in it, neither has to write again.
  if (missing.length > 0) return change('renew', `the leaf lacks ${missing.join(', ')}`, union(leaf, names));
  if (request === 'leaf') return change('renew', 'requested by annotation');
  if (request === 'ca' && next === undefined) return change('introduce', 'requested by annotation');
  return dueStep(kept, situation, change);
}

function dueStep(
  kept: SecretContents,
  { now, lifetimes, jitter }: RotationState,
  change: (kind: RotationStep['kind'], why: string) => RotationStep,
): Step {
  const { authority, next, leaf, old, oldUntil } = kept;
  const leafDue = canOutlive(kept) ? due(leaf.notAfter, lifetimes.leafMs, jitter) : authority.notAfter;
  if (leafDue <= now) return change('renew', `the leaf expires at ${leaf.notAfter.toISOString()}`);
  const authorityDue = next === undefined ? due(authority.notAfter, lifetimes.authorityMs, jitter) : authority.notAfter;
  if (authorityDue <= now) return change('introduce', `the authority expires at ${authority.notAfter.toISOString()}`);
  const retireDue = old.length > 0 && oldUntil !== undefined ? oldUntil : authority.notAfter;
  if (retireDue <= now) return change('retire', 'the last leaf of the old authority has expired');
  return { kind: 'wait', until: earliest(leafDue, authorityDue, retireDue) };
}

/** false: the leaf expires with its authority, and a new one would too. */
export function canOutlive({ authority, leaf }: SecretContents): boolean {
  return authority.notAfter.getTime() - leaf.notAfter.getTime() > 1000;
}

// A third of its life before the end, and up to a twentieth earlier.
function due(notAfter: Date, lifetimeMs: number, jitter: number): Date {
  return new Date(notAfter.getTime() - lifetimeMs / 3 - (jitter * lifetimeMs) / 20);
}

/** Within its validity. */
export function alive({ notBefore, notAfter }: { notBefore: Date; notAfter: Date }, now: Date): boolean {
  return notBefore <= now && now < notAfter;
}

function earliest(...dates: readonly Date[]): Date {
  return new Date(Math.min(...dates.map((date) => date.getTime())));
}

/** Those that the leaf is not valid for. */
export function missingNames(cert: string, names: readonly string[]): readonly string[] {
  const leaf = new X509Certificate(cert);
  return names.filter((name) => (isIP(name) === 0 ? leaf.checkHost(name) : leaf.checkIP(name)) === undefined);
}

/** Those that the leaf is valid for, and `names`. Node.js prints the former as `DNS:a, IP Address:127.0.0.1`. */
function union(leaf: SecretContents['leaf'], names: readonly string[]): readonly string[] {
  const printed = leaf.names?.split(', ').map((name) => name.replace(/^(DNS|IP Address):/, '')) ?? [];
  return [...new Set([...names, ...printed.filter((name) => missingNames(leaf.cert, [name]).length === 0)])];
}
