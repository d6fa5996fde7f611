// The times of connections, reported once they carry load. Probes of the kubelet are not load, and neither are silent connections.

import type { Socket } from 'node:net';
import { now } from './clock.ts';

export interface ConnectionTimes {
  readonly accepted: (socket: Socket) => void;
  /** The socket carried a request that is not a probe. */
  readonly load: (socket: Socket) => void;
}

export function createConnectionTimes(tell: (acceptedMs: number) => void): ConnectionTimes {
  const untold = new WeakMap<Socket, number>();
  return {
    accepted: (socket) => void untold.set(socket, now()),
    load: (socket) => {
      const acceptedMs = untold.get(socket);
      if (acceptedMs !== undefined) tell(acceptedMs);
      untold.delete(socket);
    },
  };
}
