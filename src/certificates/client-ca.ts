// The CA certificates that sign the client certificates of API servers, as a file of PEM blocks.

import { readBundle, writeBundle } from './bundle.ts';

// A block without an end counts, so that a file that was cut off is noticed.
const blocks = /-----BEGIN CERTIFICATE-----[^-]*(-----END CERTIFICATE-----)?/g;

/** The certificates of `text` alone: files of authorities often have comments. @throws Error with a phrase when it has no usable one. */
export function readClientCa(text: string): string {
  const { certificates, malformed } = readBundle((text.match(blocks) ?? []).join('\n'));
  if (malformed) throw new Error('one of its certificates cannot be read');
  if (certificates.length === 0) throw new Error('it holds no PEM certificate');
  const now = new Date();
  if (certificates.every(({ notAfter }) => notAfter < now)) throw new Error('every certificate in it has expired');
  return writeBundle(certificates);
}
