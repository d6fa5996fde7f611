// A DNS server of a few lines: it knows the same addresses of IPv4 for every name, and they can change.

import { createSocket } from 'node:dgram';
import { once } from 'node:events';

export interface DnsServer {
  readonly port: number;
  /** What it answers from now on. */
  addresses: readonly string[];
  readonly close: () => Promise<void>;
}

/** Longer than any test waits: a program that kept an answer for this time would never learn of another one. */
const ttlSeconds = 3600;
const typeA = 1;

export async function dnsServer(addresses: readonly string[]): Promise<DnsServer> {
  const socket = createSocket('udp4');
  const server = {
    addresses,
    close: async () => {
      socket.close();
      await once(socket, 'close');
    },
  };
  socket.on('message', (query, { port, address }) => socket.send(answerTo(query, server.addresses), port, address));
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return Object.assign(server, { port: socket.address().port });
}

/** RFC 1035, 4.1: the header, the question as it was asked, and a record for each address. None are left out for another type. */
function answerTo(query: Buffer, addresses: readonly string[]): Buffer {
  const afterName = query.indexOf(0, 12) + 1;
  const question = query.subarray(12, afterName + 4);
  const found = query.readUInt16BE(afterName) === typeA ? addresses : [];
  const header = Buffer.alloc(12);
  query.copy(header, 0, 0, 2);
  // A response, authoritative, recursion desired and available, no error.
  header.writeUInt16BE(0x8580, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(found.length, 6);
  return Buffer.concat([header, question, ...found.map(recordOf)]);
}

function recordOf(address: string): Buffer {
  const record = Buffer.alloc(16);
  // A pointer to the name in the question, which begins behind the header.
  record.writeUInt16BE(0xc00c, 0);
  record.writeUInt16BE(typeA, 2);
  record.writeUInt16BE(1, 4);
  record.writeUInt32BE(ttlSeconds, 6);
  record.writeUInt16BE(4, 10);
  record.set(address.split('.').map(Number), 12);
  return record;
}
