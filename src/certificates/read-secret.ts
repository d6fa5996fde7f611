// Reads a Secret: it holds certificates, holds nothing yet, or is not managed by hitless.

import { type RotationRequest, rotationRequests } from './next-step.ts';
import { readContents, type SecretContents } from './secret-contents.ts';
import type { StoredSecret } from './stores.ts';

export type SecretReading =
  | { readonly kind: 'kept'; readonly kept: SecretContents; readonly secret: StoredSecret }
  /** It may be filled. */
  | { readonly kind: 'nothing'; readonly why: string };

/** Parses the contents only when the version has changed since the last time. @throws as `readSecret` */
export function createSecretReader(name: string): (secret: StoredSecret | undefined) => SecretReading {
  let last: (SecretReading & { readonly kind: 'kept' }) | undefined;
  return (secret) => {
    if (secret !== undefined && secret.version === last?.secret.version) return last;
    const found = readSecret(secret, name);
    last = found.kind === 'kept' ? found : undefined;
    return found;
  };
}

/** @throws Error with a sentence when the Secret is not managed by hitless. */
export function readSecret(secret: StoredSecret | undefined, name: string): SecretReading {
  if (secret === undefined) return { kind: 'nothing', why: 'the Secret does not exist' };
  if (!secret.ours) {
    throw new Error(
      `the Secret ${name} is left alone because it lacks the label hitless.dev/certificates=self-made: give --tls-secret another name, or add the label if hitless may overwrite the Secret`,
    );
  }
  const reading = readContents(secret.data);
  if (reading.kind === 'kept') return { kind: 'kept', kept: reading.kept, secret };
  const why = reading.kind === 'empty' ? 'the Secret is empty' : `the Secret is broken: ${reading.reason}`;
  return { kind: 'nothing', why };
}

export function rotationRequestOf({ rotationRequest: request }: StoredSecret): RotationRequest | undefined {
  return rotationRequests.find((one) => one === request);
}

/** @throws Error with a sentence when the annotation has an unknown value. */
export function checkRotationRequest(secret: StoredSecret, name: string): void {
  if (secret.rotationRequest === undefined || rotationRequestOf(secret) !== undefined) return;
  const found = JSON.stringify(secret.rotationRequest.slice(0, 60));
  const allowed = rotationRequests.join(', ');
  throw new Error(`the annotation hitless.dev/rotate of the Secret ${name} must be one of ${allowed}, found ${found}`);
}
