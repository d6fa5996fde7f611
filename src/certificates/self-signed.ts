// An authority with one leaf, for the demo, for tests, for development, and until the real pair is available.

import { issueAuthority, issueLeaf } from './issue.ts';
import type { KeyPair } from './pair.ts';

export interface SelfSigned extends KeyPair {
  /** PEM: what a client must trust, the caBundle of a webhook configuration. */
  readonly ca: string;
}

const dayMs = 86_400_000;

/** A new authority and a leaf for these DNS names and IP addresses; the authority's key is not kept. */
export async function selfSigned(names: readonly string[], days = 365): Promise<SelfSigned> {
  const notAfter = new Date(Date.now() + days * dayMs);
  // A minute earlier, for clocks that differ slightly.
  const validity = { notBefore: new Date(Math.min(Date.now(), notAfter.getTime()) - 60_000), notAfter };
  const authority = await issueAuthority('hitless development CA', validity);
  return { ca: authority.cert, ...(await issueLeaf(authority, names, validity)) };
}
