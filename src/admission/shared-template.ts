// A template that equals the stored one, as most do, is compared once and then shared as the same object.

import { equal } from '../workload/json.ts';
import { setAt } from '../workload/path.ts';
import type { AuthorDocument } from './author-document.ts';

/** `recovered`, with the received template in the stored object where it is frozen and equal. */
export function shareTemplate(recovered: AuthorDocument): AuthorDocument {
  const { kind, received, stored, frozen } = recovered;
  if (stored === undefined || !frozen) return recovered;
  const { object } = stored;
  const template = kind.templateOf(received);
  if (!equal(template, kind.templateOf(object))) return recovered;
  return { ...recovered, stored: { ...stored, object: setAt(object, kind.template, template) } };
}

/** True when the stored template replaces the received one, because a client dropped or changed injected fields in it. */
export function isTemplateReset({ kind, received, stored, frozen }: AuthorDocument): boolean {
  return frozen && stored !== undefined && kind.templateOf(stored.object) !== kind.templateOf(received);
}
