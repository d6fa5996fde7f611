// What a finding is, from one run to the next: the same where its file is renamed, its lines move, or a number in its sentence changes.

import { createHash } from 'node:crypto';
import type { Diagnostic } from './diagnostic.ts';
import { withoutOverlayPlace } from './left-to-overlays.ts';
import { type ObjectReference, objectTitle } from './object-reference.ts';
import { isAboutNamespace } from './told-once.ts';

type Identified = Pick<Diagnostic, 'rule' | 'message' | 'changes'>;

/**
 * 32 hexadecimal digits. Not unique: an object that is written in two files has its findings twice, and what is rendered for two
 * overlays too.
 */
export function fingerprintOf(object: ObjectReference, found: Identified): string {
  const { cluster } = object;
  const where = cluster === undefined ? [] : [cluster];
  return fingerprintFrom(subjectTitle(object, found), found.rule, editedIn(found) ?? stableMessage(found), ...where);
}

export function fingerprintFrom(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}

/** The object as a baseline names it. A sentence about a Namespace comes with whichever workload in it is first, and names the Namespace. */
export function subjectTitle({ kind, namespace, name }: ObjectReference, { rule, message }: Identified): string {
  return isAboutNamespace(rule, message) ? '' : objectTitle({ kind, namespace, name });
}

/** The message without what changes by itself: places in files, versions of images, numbers. Of an edit only why, not what is written. */
export function stableMessage({ message, changes }: Identified): string {
  const why = changes.length === 0 ? message : message.replace(/: [^:]*$/, '');
  return withoutOverlayPlace(why).replace(imageVersion, '$1').replace(numbers, '…');
}

const imageVersion = /(\bimage [^\s:@,]+)[:@][^\s,]+/g;
/** Not those in a name, such as web-2. */
const numbers = /(?<![\p{L}\p{N}_-])\d+(?:[.,]\d+)*/gu;

/**
 * Of an edit where it is, which says more than its sentence: that depends on what stands around the object, and on the policy. Of one in
 * a container that container, otherwise nothing, because a rule edits an object once.
 */
function editedIn({ changes: [change] }: Identified): string | undefined {
  if (change === undefined) return undefined;
  return /\.(?:init)?containers\[[^[\]]*\]/i.exec(change.path)?.[0] ?? '';
}
