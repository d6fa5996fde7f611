// The name of the object of a request in the lines for its client. kubectl prints equal lines once, so without a name nobody knows
// which of several objects a line is about.

import type { AdmissionRequest } from './review.ts';

// A name may have 253 characters, and the lines of a response share 4,096.
const longest = 80;

/** `shop/web`; of a generateName, whose rest is not known yet, `shop/web-…`. */
export function objectName({ namespace, name, object }: Pick<AdmissionRequest, 'namespace' | 'name' | 'object'>) {
  const { name: own = '', generateName = '' } = object?.metadata ?? {};
  const known = [name, own].find((one) => one !== '') ?? `${generateName}…`;
  return namespace === '' ? shortened(known) : `${namespace}/${shortened(known)}`;
}

/** Long names often differ only at their ends. */
function shortened(name: string): string {
  return name.length <= longest ? name : `${name.slice(0, longest / 2)}…${name.slice(1 - longest / 2)}`;
}
