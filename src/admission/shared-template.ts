// A template that came as it is stored, as most do: compared once, it is the same object afterwards.

import { equal } from '../workload/json.ts';
import type { Recovered } from './author-document.ts';

/** `recovered` with the template received as the stored one, where it is frozen and equals it. */
export function shareTemplate(recovered: Recovered): Recovered {
  const { received, stored, frozen } = recovered;
  if (stored === undefined || !frozen) return recovered;
  const { object } = stored;
  const { template } = received.spec;
  if (!equal(template, object.spec.template)) return recovered;
  return { ...recovered, stored: { ...stored, object: { ...object, spec: { ...object.spec, template } } } };
}

/** True when the stored template comes back in the place of another one: with fields of ours that a client dropped or changed. */
export function isTemplateReset({ received, stored, frozen }: Recovered): boolean {
  return frozen && stored?.object.spec.template !== received.spec.template;
}
