// The server of the experiment: both halves, and the connections they bring.

import { arrivals } from './connection-times.ts';
import type { Journal } from './event-log.ts';
import { grpcPart } from './grpc.ts';
import { httpPart } from './http.ts';
import type { Part, PartOptions } from './protocol-server.ts';

export interface TestApp extends Pick<Part, 'close' | 'drain'> {
  readonly port: number;
  readonly grpcPort: number;
}

interface Ports {
  readonly port: number;
  readonly grpcPort: number;
}

/** Rejects when a port cannot be had. */
export async function openTestApp(
  { port, grpcPort }: Ports,
  options: Pick<PartOptions, 'pod' | 'workMs'>,
  journal: Journal,
): Promise<TestApp> {
  const told = { ...options, arrivals: arrivals(journal.connection) };
  const http = httpPart(told);
  const grpc = grpcPart(told);
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
