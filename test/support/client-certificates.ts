// Client certificates as an API server may have them: signed by an authority of the test's own.

import 'reflect-metadata'; // @peculiar/x509 looks for it when it is loaded
import { createPrivateKey, webcrypto } from 'node:crypto';
import {
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { issueAuthority } from '../../src/certificates/issue.ts';
import type { KeyPair } from '../../src/certificates/pair.ts';

const dayMs = 86_400_000;
const p256 = { name: 'ECDSA', namedCurve: 'P-256' } as const;

export function authority(name = 'clients'): Promise<KeyPair> {
  return issueAuthority(name, {
    notBefore: new Date(Date.now() - 60_000),
    notAfter: new Date(Date.now() + 30 * dayMs),
  });
}

export interface Client {
  /** As in a distinguished name: `CN=kube-apiserver`. */
  readonly subject?: string;
  readonly dnsNames?: readonly string[];
  readonly days?: number;
  readonly usage?: 'clientAuth' | 'serverAuth';
}

/** A certificate and its key, signed by `issuer`. */
export async function client(
  issuer: KeyPair,
  { subject = 'CN=kube-apiserver', dnsNames = [], days = 1, usage = 'clientAuth' }: Client = {},
): Promise<KeyPair> {
  const keys = await webcrypto.subtle.generateKey(p256, true, ['sign', 'verify']);
  const notAfter = new Date(Date.now() + days * dayMs);
  const cert = await X509CertificateGenerator.create({
    subject,
    issuer: new X509Certificate(issuer.cert).subject,
    notBefore: new Date(Math.min(Date.now(), notAfter.getTime()) - 60_000),
    notAfter,
    publicKey: keys.publicKey,
    signingKey: await importKey(issuer.key),
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
    extensions: [
      new ExtendedKeyUsageExtension([ExtendedKeyUsage[usage]]),
      ...(dnsNames.length === 0
        ? []
        : [new SubjectAlternativeNameExtension(dnsNames.map((value) => ({ type: 'dns' as const, value })))]),
    ],
  });
  const key = PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY');
  return { cert: `${cert.toString('pem')}\n`, key: `${key}\n` };
}

function importKey(pem: string): Promise<webcrypto.CryptoKey> {
  const der = createPrivateKey(pem).export({ type: 'pkcs8', format: 'der' });
  return webcrypto.subtle.importKey('pkcs8', der, p256, false, ['sign']);
}
