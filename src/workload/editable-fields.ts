// The only fields that we may write: the rows of the kind's table, used by the record, the patch and their tests.

import type { WorkloadKind } from './kinds/kind.ts';

/** True for a path that a rule may write. */
export function isEditable(kind: WorkloadKind, path: string): boolean {
  const field = kind.fieldAt(path);
  if (field === undefined || field.readOnly === true) return false;
  return !field.path.includes('[*]') || fitsIntoPath(path.slice(kind.containers.length + 1, path.lastIndexOf(']')));
}

/** A name that consists of digits would also read as a position. */
function fitsIntoPath(name: string): boolean {
  return name !== '' && !name.includes(']') && !/^\d+$/.test(name);
}
