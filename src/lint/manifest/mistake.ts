// A mistake in a manifest, and the place of an object in it.

import { truncate } from '../../text/truncate.ts';

/** The keys and list positions that lead to a field. */
export type Keys = readonly (string | number)[];

export interface ManifestError {
  readonly keys: Keys;
  readonly message: string;
  /** For a field that does not belong: the name of the one that was probably meant. */
  readonly meant?: string;
  /** For what is missing: the fields one of which would do. Said only where no mistake shows what became of them. */
  readonly missing?: readonly string[];
  /** For what follows from other fields: said only where they hold no mistake of their own. */
  readonly follows?: readonly Keys[];
}

/** A manifest can be wrong in as many places as it has bytes; an author who fixes this many can check again. */
export const mostMistakes = 100;

/** An object in the manifest. */
export interface Spot {
  readonly keys: Keys;
  /** Readable name: `readinessProbe of container web`. */
  readonly title: string;
  /** The name of its type. */
  readonly type: string;
  /** The object that contains it. */
  readonly parent?: Spot;
}

/** `spec.template.spec.containers[0].name`; keys that contain dots are put in brackets. */
export function dottedPath(keys: Keys): string {
  return keys
    .map((key, i) => {
      if (typeof key === 'number') return `[${key}]`;
      return key.includes('.') ? `[${shortened(key)}]` : `${i === 0 ? '' : '.'}${shortened(key)}`;
    })
    .join('');
}

/** Keys and names are as long as their authors like. */
export function shortened(text: string): string {
  return truncate(text, 80);
}

export function isWithin(keys: Keys, outer: Keys): boolean {
  return outer.every((key, i) => keys[i] === key);
}
