// Ports for programs that are told theirs.

import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** Nobody had the port a moment ago; where `start` fails, with another one: somebody may have been given it meanwhile. */
export async function onFreePort<T>(start: (port: number) => Promise<T>, triesLeft = 4): Promise<T> {
  const port = await freePort();
  try {
    return await start(port);
  } catch (error) {
    if (triesLeft === 0) throw error;
    return onFreePort(start, triesLeft - 1);
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
