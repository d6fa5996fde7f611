// Whether something has a name, whatever it is.

import { lstatSync } from 'node:fs';

/**
 * True also of a symbolic link that leads nowhere or to itself, and of a name that cannot be looked up: whoever then reads it learns
 * why that is impossible, instead of taking it for absent.
 */
export function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return true;
  }
}
