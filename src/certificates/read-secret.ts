// What a Secret says to us: certificates, nothing yet, or hands off.

import { type Demand, demands } from './next-step.ts';
import { type Kept, readKept } from './secret-contents.ts';
import type { StoredSecret } from './stores.ts';

export type Found =
  | { readonly kind: 'kept'; readonly kept: Kept; readonly secret: StoredSecret }
  /** It may be filled. */
  | { readonly kind: 'nothing'; readonly why: string };

/** Looks at the contents only when the version is another one than the last time. @throws as `understand` */
export function createReader(name: string): (secret: StoredSecret | undefined) => Found {
  let last: (Found & { readonly kind: 'kept' }) | undefined;
  return (secret) => {
    if (secret !== undefined && secret.version === last?.secret.version) return last;
    const found = understand(secret, name);
    last = found.kind === 'kept' ? found : undefined;
    return found;
  };
}

/** @throws Error with a sentence when the Secret is somebody else's. */
export function understand(secret: StoredSecret | undefined, name: string): Found {
  if (secret === undefined) return { kind: 'nothing', why: 'there is no such Secret' };
  if (!secret.ours) {
    throw new Error(
      `the Secret ${name} is left alone, it lacks the label hitless.dev/certificates=self-made: give --tls-secret another name, or label it if hitless may write over it`,
    );
  }
  const reading = readKept(secret.data);
  if (reading.kind === 'kept') return { kind: 'kept', kept: reading.kept, secret };
  const why = reading.kind === 'empty' ? 'the Secret is empty' : `the Secret is broken: ${reading.reason}`;
  return { kind: 'nothing', why };
}

export function demandOf({ demand }: StoredSecret): Demand | undefined {
  return demands.find((one) => one === demand);
}

/** @throws Error with a sentence when somebody asks for something that we do not know. */
export function checkDemand(secret: StoredSecret, name: string): void {
  if (secret.demand === undefined || demandOf(secret) !== undefined) return;
  const found = JSON.stringify(secret.demand.slice(0, 60));
  const allowed = demands.join(', ');
  throw new Error(`the annotation hitless.dev/rotate of the Secret ${name} is ${found}, allowed is ${allowed}`);
}
