// The address of a Service.

import { type JsonObject, objectAt } from '../../workload/json.ts';

/** In the form that a URL needs. */
export function addressOf(service: JsonObject): string {
  const address = `${objectAt(service, 'spec').clusterIP ?? ''}`;
  return address.includes(':') ? `[${address}]` : address;
}
