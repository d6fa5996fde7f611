// A TLS key pair in PEM, checked before any connection sees it.

import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { reasonOf } from '../files/reason.ts';

/** A certificate, which may be a chain with the leaf first, and its private key: both PEM. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/** One that can serve. */
export interface Pair extends KeyPair {
  readonly notAfter: Date;
  /** Subject alternative names: `DNS:hitless.hitless.svc, IP Address:127.0.0.1`. The API server refuses a leaf without. */
  readonly names: string | undefined;
}

export interface PairFiles {
  readonly cert: string;
  readonly key: string;
}

/** The pair cannot serve; the message says which file and why. */
export class BadPair extends Error {}

/** @throws BadPair when a file cannot be read or is not PEM, or when key and certificate do not belong together. */
export async function readPair(files: PairFiles): Promise<Pair> {
  const [cert, key] = await Promise.all([
    read(files.cert, 'certificate', '--tls-cert'),
    read(files.key, 'private key', '--tls-key'),
  ]);
  return checkPair({ cert, key }, files);
}

/** `places` says where the two came from, for the message. @throws BadPair */
export function checkPair({ cert, key }: KeyPair, places: PairFiles): Pair {
  const leaf = attempt(`the certificate in ${places.cert} cannot be read`, () => new X509Certificate(cert));
  const privateKey = attempt(`the private key in ${places.key} cannot be read`, () => createPrivateKey(key));
  if (!leaf.checkPrivateKey(privateKey)) {
    throw new BadPair(`the private key in ${places.key} does not belong to the certificate in ${places.cert}`);
  }
  // OpenSSL decides in the end: a truncated intermediate, or a key type that TLS cannot use.
  attempt(`the pair ${places.cert}, ${places.key} cannot be used for TLS`, () => createSecureContext({ cert, key }));
  return { cert, key, notAfter: new Date(leaf.validTo), names: leaf.subjectAltName };
}

async function read(file: string, what: string, flag: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new BadPair(
      `the ${what} ${file} cannot be read: ${reasonOf(error)}; ${flag} must name a PEM file that hitless may read, such as one in a mounted Secret`,
    );
  }
}

function attempt<T>(what: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw new BadPair(`${what}: ${(error as Error).message}`);
  }
}
