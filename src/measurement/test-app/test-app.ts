// The server of the experiment: both halves, and the connections they bring.

import { createConnectionTimes } from './connection-times.ts';
import type { EventLog } from './event-log.ts';
import { grpcServer } from './grpc.ts';
import { httpServer } from './http.ts';
import type { ProtocolServer, ProtocolServerOptions } from './protocol-server.ts';

export interface TestApp extends Pick<ProtocolServer, 'close' | 'drain'> {
  readonly port: number;
  readonly grpcPort: number;
}

interface Ports {
  readonly port: number;
  readonly grpcPort: number;
}

/** Rejects when a port is not available. */
export async function openTestApp(
  { port, grpcPort }: Ports,
  options: Pick<ProtocolServerOptions, 'pod' | 'workMs' | 'controls'>,
  eventLog: EventLog,
): Promise<TestApp> {
  const told = {
    ...options,
    connectionTimes: createConnectionTimes(eventLog.connection),
    onRequest: eventLog.request,
  };
  const http = httpServer(told);
  const grpc = grpcServer(told);
  const close = async () => void (await Promise.all([http.close(), grpc.close()]));
  const listening = Promise.all([http.listen(port), grpc.listen(grpcPort)]);
  const [httpAt, grpcAt] = await listening.catch(async (error) => {
    // The other one may listen already.
    await close();
    throw error;
  });
  return {
    port: httpAt,
    grpcPort: grpcAt,
    close,
    drain: async (drainMs) => void (await Promise.all([http.drain(drainMs), grpc.drain(drainMs)])),
  };
}
