// The events of the certificate rotation.

import type { RotationStep } from './next-step.ts';
import type { Pair } from './pair.ts';

export type RotatorEvent =
  /** This pair is served from now on. */
  | { readonly kind: 'serving'; readonly pair: Pair }
  | { readonly kind: 'authority'; readonly notAfter: Date }
  /** The Secret was written. */
  | { readonly kind: 'wrote'; readonly step: RotationStep['kind'] | 'restore'; readonly why: string }
  /** The caBundles of these webhooks were written. */
  | { readonly kind: 'mended'; readonly entries: readonly string[] };
