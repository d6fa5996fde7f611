// The address of a Service.

import { type JsonObject, objectAt } from '../../workload/json.ts';

/** In the form that a URL needs. */
export function addressOf(service: JsonObject): string {
  return urlHost(`${objectAt(service, 'spec').clusterIP ?? ''}`);
}

/** Of IPv6 in brackets. */
export function urlHost(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}
