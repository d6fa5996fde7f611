// The network of an address, for sharing a resource among callers.

import { isIPv6 } from 'node:net';

/** An IPv4 address itself, and of an IPv6 address its first 64 bits: one machine may use all others of those. */
export function networkOf(address: string): string {
  if (!isIPv6(address) || address.includes('.')) return address;
  const [left = '', right] = address.replace(/%.*/, '').split('::');
  const groups = left.split(':').filter((group) => group !== '');
  const end = (right ?? '').split(':').filter((group) => group !== '');
  const zeros = right === undefined ? 0 : 8 - groups.length - end.length;
  return [...groups, ...Array<string>(zeros).fill('0'), ...end].slice(0, 4).join(':');
}
