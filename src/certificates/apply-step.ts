// Carries out the steps of next-step.ts: new contents for the Secret.

import { type Certificate, readBundle } from './bundle.ts';
import { issueAuthority, issueLeaf } from './issue.ts';
import { type Lifetimes, missingNames, type RotationStep } from './next-step.ts';
import { checkPair, type KeyPair } from './pair.ts';
import type { Authority, SecretContents } from './secret-contents.ts';

export interface StepTerms {
  readonly now: Date;
  readonly lifetimes: Lifetimes;
}

// API servers with slow clocks must accept it too: a day, for one that runs in the wrong time zone.
export const backdateMs = 86_400_000;

/** @throws Error with a sentence when no certificate can be issued for one of the names. */
export async function applyStep(
  change: RotationStep,
  kept: SecretContents | undefined,
  terms: StepTerms,
): Promise<SecretContents> {
  const { kind, names } = change;
  if (kept === undefined || kind === 'begin') {
    const authority = await newAuthority(terms);
    return { authority, leaf: await newLeaf(authority, names, terms), old: [] };
  }
  const { authority, next, old, oldUntil, leaf } = kept;
  if (kind === 'retire') return { leaf, authority, ...(next !== undefined && { next }), old: [] };
  if (kind === 'renew') return { ...kept, leaf: await newLeaf(authority, names, terms) };
  if (kind === 'introduce' || next === undefined) return { ...kept, next: await newAuthority(terms) };
  const until = Math.max(leaf.notAfter.getTime(), oldUntil?.getTime() ?? 0);
  const { key: _gone, ...former } = authority;
  return {
    leaf: await newLeaf(next, names, terms),
    authority: next,
    old: [...old, former],
    oldUntil: new Date(until),
  };
}

async function newAuthority({ now, lifetimes: { authorityMs } }: StepTerms): Promise<Authority> {
  // The day tells two of them apart for people.
  const name = `hitless CA ${now.toISOString().slice(0, 10)}`;
  const issued = await issueAuthority(name, validity(now, now.getTime() + authorityMs));
  return { ...certificateOf(issued), key: issued.key };
}

async function newLeaf(
  authority: Authority,
  names: readonly string[],
  { now, lifetimes }: StepTerms,
): Promise<SecretContents['leaf']> {
  const end = Math.min(now.getTime() + lifetimes.leafMs, authority.notAfter.getTime());
  const issued = await issueLeaf({ cert: authority.pem, key: authority.key }, names, validity(now, end));
  // In the Secret it would be issued again at once, and again.
  const missing = missingNames(issued.cert, names);
  if (missing.length > 0)
    throw new Error(`no certificate can be issued for ${missing.join(', ')}: write it differently in --tls-names`);
  const pair = checkPair(issued, { cert: 'the new certificate', key: 'the new key' });
  return { ...pair, notBefore: certificateOf(issued).notBefore };
}

function validity(now: Date, end: number) {
  return { notBefore: new Date(now.getTime() - backdateMs), notAfter: new Date(end) };
}

function certificateOf({ cert }: KeyPair): Certificate {
  const [certificate] = readBundle(cert).certificates;
  if (certificate === undefined) throw new Error('the new certificate cannot be read');
  return certificate;
}
