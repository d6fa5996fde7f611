// Where each kind of traffic goes, from the one address that the user gave.

import { healthPath, type Traffic, type TrafficLoad } from '../traffic.ts';

/** `rate` for each kind of traffic. @throws Error with a sentence when the address is none. */
export function trafficOf(address: string, kinds: readonly Traffic[], rate: number): readonly TrafficLoad[] {
  const url = URL.parse(address);
  const protocol = url === null ? undefined : protocols[url.protocol];
  if (url === null || protocol === undefined || url.hostname === '')
    throw new Error(
      `--url must be an address such as http://shop.example.com/healthz, found ${JSON.stringify(address)}`,
    );
  // An answer of 401 would count as one.
  if (url.username !== '' || url.password !== '')
    throw new Error(
      '--url must not have a user name or password, they are not sent: give an address that answers without them',
    );
  return kinds.map((lane) => ({ lane, url: addressFor(lane, url, protocol), rate }));
}

/** Whether it is encrypted, of every protocol that may stand in the address. */
const protocols: Readonly<Record<string, 'plain' | 'tls'>> = {
  'http:': 'plain',
  'ws:': 'plain',
  'grpc:': 'plain',
  'https:': 'tls',
  'wss:': 'tls',
  'grpcs:': 'tls',
};

function addressFor(lane: Traffic, url: URL, protocol: 'plain' | 'tls'): string {
  const name = lane === 'websocket' ? 'ws' : lane.startsWith('grpc') ? 'grpc' : 'http';
  const scheme = protocol === 'tls' ? `${name}s` : name;
  // Every gRPC server can have the standard health service; streams exist in the lab's own test application alone.
  const path = lane === 'grpc-unary' ? healthPath : lane === 'grpc-stream' ? '' : `${url.pathname}${url.search}`;
  // The default port belongs to the scheme that it was written with.
  const port = url.port !== '' ? url.port : protocol === 'tls' ? '443' : '80';
  return `${scheme}://${url.hostname}:${port}${path}`;
}
