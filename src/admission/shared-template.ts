// A template that came as it is stored, as most do: compared once, it is the same object afterwards.

import { equal } from '../workload/json.ts';
import { setAt } from '../workload/path.ts';
import type { AuthorDocument } from './author-document.ts';

/** `recovered` with the template received as the stored one, where it is frozen and equals it. */
export function shareTemplate(recovered: AuthorDocument): AuthorDocument {
  const { kind, received, stored, frozen } = recovered;
  if (stored === undefined || !frozen) return recovered;
  const { object } = stored;
  const template = kind.templateOf(received);
  if (!equal(template, kind.templateOf(object))) return recovered;
  return { ...recovered, stored: { ...stored, object: setAt(object, kind.template, template) } };
}

/** True when the stored template comes back in the place of another one: with fields of ours that a client dropped or changed. */
export function isTemplateReset({ kind, received, stored, frozen }: AuthorDocument): boolean {
  return frozen && stored !== undefined && kind.templateOf(stored.object) !== kind.templateOf(received);
}
