// Concatenated certificates in PEM: the caBundle of a webhook configuration, ca.crt of the Secret.

import { X509Certificate } from 'node:crypto';

export interface Certificate {
  readonly pem: string;
  /** SHA-256. The same for two PEM strings of one certificate. */
  readonly fingerprint: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

export interface Bundle {
  readonly certificates: readonly Certificate[];
  /** It holds something that is not a certificate. */
  readonly malformed: boolean;
}

const block = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Never throws: what cannot be read makes the bundle malformed. */
export function readBundle(text: string): Bundle {
  const found = new Map<string, Certificate>();
  let malformed = text.replace(block, '').trim() !== '';
  for (const [pem] of text.matchAll(block)) {
    const certificate = readCertificate(pem);
    if (certificate === undefined) malformed = true;
    else found.set(certificate.fingerprint, certificate);
  }
  return { certificates: [...found.values()], malformed };
}

export function writeBundle(certificates: readonly Certificate[]): string {
  return certificates.map(({ pem }) => `${pem}\n`).join('');
}

/** The same certificates, in any order. */
export function isSameBundle({ certificates, malformed }: Bundle, wanted: readonly Certificate[]): boolean {
  const found = new Set(certificates.map(({ fingerprint }) => fingerprint));
  return !malformed && found.size === wanted.length && wanted.every(({ fingerprint }) => found.has(fingerprint));
}

function readCertificate(pem: string): Certificate | undefined {
  try {
    const { fingerprint256, validFrom, validTo } = new X509Certificate(pem);
    return { pem, fingerprint: fingerprint256, notBefore: new Date(validFrom), notAfter: new Date(validTo) };
  } catch {
    return undefined;
  }
}
