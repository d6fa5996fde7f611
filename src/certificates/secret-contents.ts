// The contents of the Secret, and their format:
//
//   tls.crt, tls.key   the leaf that every replica serves
//   ca.crt             certificates that API servers must trust: first the authority that signed the leaf, then others, see below
//   ca.key             the key of the first one
//   next-ca.key        the key of the second one, an authority that is being introduced: no leaf of it is served yet
//   old-ca-until       the old authorities (without next-ca.key all but the first) stay until then, when their last leaf has expired

import { createPrivateKey, X509Certificate } from 'node:crypto';
import { type Certificate, readBundle, writeBundle } from './bundle.ts';
import { BadPair, checkPair, type Pair } from './pair.ts';
import type { Contents } from './stores.ts';

export const contentKeys = ['tls.crt', 'tls.key', 'ca.crt', 'ca.key', 'next-ca.key', 'old-ca-until'] as const;

export interface Authority extends Certificate {
  /** PEM. */
  readonly key: string;
}

export interface SecretContents {
  readonly leaf: Pair & { readonly notBefore: Date };
  /** Signed the leaf. */
  readonly authority: Authority;
  /** Being introduced. */
  readonly next?: Authority;
  /** Signed leaves that a replica may still serve. */
  readonly old: readonly Certificate[];
  /** When the last leaf of the old ones has expired. */
  readonly oldUntil?: Date;
}

export type ContentsReading =
  | { readonly kind: 'empty' }
  | { readonly kind: 'kept'; readonly kept: SecretContents }
  /** `reason` never holds any of the contents. */
  | { readonly kind: 'broken'; readonly reason: string };

/** The certificates that API servers must trust. */
export function trustedCertificates({ authority, next, old }: SecretContents): readonly Certificate[] {
  return [authority, ...(next === undefined ? [] : [next]), ...old];
}

export function writeContents(kept: SecretContents): Contents {
  const { leaf, authority, next, oldUntil } = kept;
  return {
    'tls.crt': leaf.cert,
    'tls.key': leaf.key,
    'ca.crt': writeBundle(trustedCertificates(kept)),
    'ca.key': authority.key,
    ...(next !== undefined && { 'next-ca.key': next.key }),
    ...(oldUntil !== undefined && { 'old-ca-until': oldUntil.toISOString() }),
  };
}

/** Never throws. An expired certificate is not an error here. */
export function readContents(data: Contents): ContentsReading {
  // A Secret of the type kubernetes.io/tls must have its two keys, so an empty one may have them empty.
  if (Object.values(data).every((text) => text.trim() === '')) return { kind: 'empty' };
  try {
    return { kind: 'kept', kept: check(data) };
  } catch (error) {
    return { kind: 'broken', reason: (error as Error).message };
  }
}

const most = 10;
// Server authentication, and any.
const serverUsages = ['1.3.6.1.5.5.7.3.1', '2.5.29.37.0'];

function check(data: Contents): SecretContents {
  const missing = ['tls.crt', 'tls.key', 'ca.crt', 'ca.key'].filter((key) => !data[key]?.trim());
  if (missing.length > 0) throw new BadPair(`${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing`);
  const { 'tls.crt': cert = '', 'tls.key': key = '', 'ca.key': caKey = '', 'next-ca.key': nextKey } = data;
  const { certificates, malformed } = readBundle(data['ca.crt'] ?? '');
  const [first, ...others] = certificates;
  if (first === undefined || malformed) throw new BadPair('ca.crt holds something that is not a certificate');
  // More would not fit into the caBundles, and then nothing could be repaired there any more.
  if (certificates.length > most)
    throw new BadPair(`ca.crt holds ${certificates.length} certificates, more than ${most}`);
  const leaf = { ...checkPair({ cert, key }, { cert: 'tls.crt', key: 'tls.key' }), notBefore: start(cert) };
  if (!isForServers(cert)) throw new BadPair('the certificate in tls.crt is not a server certificate');
  const authority = withKey(first, caKey, 'ca.key');
  const ca = new X509Certificate(first.pem);
  if (!ca.ca || !new X509Certificate(cert).verify(ca.publicKey)) {
    throw new BadPair('the first certificate in ca.crt did not sign the one in tls.crt');
  }
  const [second] = others;
  if (!nextKey) return { leaf, authority, old: others, ...oldUntil(data['old-ca-until'], others) };
  if (second === undefined) throw new BadPair('next-ca.key has no certificate in ca.crt');
  const old = others.slice(1);
  return {
    leaf,
    authority,
    next: withKey(second, nextKey, 'next-ca.key'),
    old,
    ...oldUntil(data['old-ca-until'], old),
  };
}

/** API servers accept a certificate for servers, and one without extended key usages, which is what Node.js returns here. */
function isForServers(pem: string): boolean {
  const { keyUsage } = new X509Certificate(pem);
  return (keyUsage ?? []).length === 0 || keyUsage.some((usage) => serverUsages.includes(usage));
}

function start(pem: string): Date {
  return new Date(new X509Certificate(pem).validFrom);
}

function withKey(certificate: Certificate, key: string, place: string): Authority {
  if (!new X509Certificate(certificate.pem).checkPrivateKey(parseKey(key, place)))
    throw new BadPair(`${place} does not belong to its certificate in ca.crt`);
  return { ...certificate, key };
}

function parseKey(key: string, place: string) {
  try {
    return createPrivateKey(key);
  } catch {
    throw new BadPair(`${place} is not a private key in PEM`);
  }
}

function oldUntil(text: string | undefined, old: readonly Certificate[]): { readonly oldUntil?: Date } {
  if (old.length === 0) return {};
  const until = new Date(text ?? '');
  if (Number.isNaN(until.getTime()))
    throw new BadPair('old-ca-until is not a time, although ca.crt holds old authorities');
  return { oldUntil: until };
}
