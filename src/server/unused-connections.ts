// Connections on which no call has come yet. An API server dials ahead, and may send nothing for as long as it keeps idle connections; one
// that is closed just when it sends a call loses that call. A first request that has begun must come within seconds all the same.

import type { Server as TlsServer } from 'node:https';
import type { TLSSocket } from 'node:tls';

export interface UnusedLimits {
  /** How long nothing at all may come, in milliseconds. */
  readonly unusedMs: number;
  /** How long the head of the first request may take from its first byte on, give or take a second. */
  readonly headMs: number;
  /** The longest silence in the middle of a call. */
  readonly silenceMs: number;
}

interface Waiting {
  /** What had been read when the handshake was over. */
  readonly bytes: number;
  /** From the first look that found more. */
  endsMs?: number;
}

const lookEachMs = 1000;

export function keepUnused(server: TlsServer, { unusedMs, headMs, silenceMs }: UnusedLimits): void {
  const waiting = new Map<TLSSocket, Waiting>();
  server.on('secureConnection', (socket) => {
    socket.setTimeout(unusedMs);
    waiting.set(socket, { bytes: socket.bytesRead });
    socket.once('close', () => waiting.delete(socket));
  });
  server.on('request', ({ socket }) => {
    if (waiting.delete(socket as TLSSocket)) socket.setTimeout(silenceMs);
  });
  const look = () => {
    const nowMs = performance.now();
    for (const [socket, one] of waiting) {
      if (socket.bytesRead === one.bytes) continue;
      one.endsMs ??= nowMs + headMs;
      if (nowMs >= one.endsMs) socket.destroy();
    }
  };
  const timer = setInterval(look, lookEachMs).unref();
  server.once('close', () => clearInterval(timer));
}
