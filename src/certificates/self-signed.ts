// Our own certificate authority and a leaf signed by it, for the demo, for tests and for development.

import 'reflect-metadata'; // @peculiar/x509 looks for it when it is loaded
import { randomBytes, webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

/** All PEM. `ca` is what a client must trust: the caBundle of a webhook configuration. */
export interface SelfSigned {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

const p256 = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const signing = { name: 'ECDSA', hash: 'SHA-256' } as const;
const dayMs = 86_400_000;

/** A new authority and a leaf for these DNS names and IP addresses; the authority's key is not kept. */
export async function selfSigned(names: readonly string[], days = 365): Promise<SelfSigned> {
  const [caKeys, keys] = await Promise.all([generateKeys(), generateKeys()]);
  const notAfter = new Date(Date.now() + days * dayMs);
  const ca = await authority(caKeys, notAfter);
  const leaf = await sign(ca, { caKeys, keys, names, notAfter });
  const key = PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY');
  return { ca: `${ca.toString('pem')}\n`, cert: `${leaf.toString('pem')}\n`, key: `${key}\n` };
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(p256, true, ['sign', 'verify']);
}

async function authority(keys: webcrypto.CryptoKeyPair, notAfter: Date): Promise<X509Certificate> {
  return X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: 'CN=hitless development CA',
    ...validity(notAfter),
    keys,
    signingAlgorithm: signing,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      // Two of our authorities in one bundle have the same name; these identifiers tell a verifier which one signed.
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
}

interface Leaf {
  readonly caKeys: webcrypto.CryptoKeyPair;
  readonly keys: webcrypto.CryptoKeyPair;
  readonly names: readonly string[];
  readonly notAfter: Date;
}

async function sign(ca: X509Certificate, { caKeys, keys, names, notAfter }: Leaf): Promise<X509Certificate> {
  return X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: 'CN=hitless',
    issuer: ca.subject,
    ...validity(notAfter),
    publicKey: keys.publicKey,
    signingKey: caKeys.privateKey,
    signingAlgorithm: signing,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      await AuthorityKeyIdentifierExtension.create(caKeys.publicKey),
      new SubjectAlternativeNameExtension(
        names.map((value) => ({ type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const), value })),
      ),
    ],
  });
}

// A minute back, for clocks that are not quite the same.
function validity(notAfter: Date) {
  return { notBefore: new Date(Math.min(Date.now(), notAfter.getTime()) - 60_000), notAfter };
}

// Positive, and never the same twice: two authorities of one name must not share a serial number.
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString('hex');
}
