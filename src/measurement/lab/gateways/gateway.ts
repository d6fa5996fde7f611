// What the lab knows of a reverse proxy: how people configure it, how it ends, and what it logs of a request.

import type { JsonObject } from '../../../workload/json.ts';

export interface GatewaySettings {
  /** Where it listens: `8080`, or `[::]:8080` in a cluster of IPv6. */
  readonly listen: string;
  /** The Service of the application, as host:port. */
  readonly upstream: string;
  /** Whether it keeps connections to the application. */
  readonly keepAlive: boolean;
  /** How often it retries a request that is safe to retry. Absent: what the program does by default. */
  readonly retries?: number;
}

/** One request, as the proxy logged it. */
export interface GatewayRecord {
  readonly requestId: string;
  /** What it answered; 0 for nothing, 499 where the client had gone. */
  readonly status: number;
  /** The addresses that it tried, in order; empty where it does not log them. */
  readonly upstreams: readonly string[];
  /** How often it sent or tried to send the request; absent where it does not log that. */
  readonly attempts?: number;
  /** Why it failed, in a few words. */
  readonly reason?: string;
}

export interface Gateway {
  /** For people. */
  readonly title: string;
  readonly config: (settings: GatewaySettings) => string;
  /** The program with its configuration in `file`, in the foreground; for a shell. It may write to /tmp alone. */
  readonly command: (file: string) => string;
  /** The signal on which it finishes its requests before it exits. */
  readonly drainSignal: 'TERM' | 'QUIT' | 'USR1';
  /** From the JSON lines of one pod, in their order. */
  readonly records: (lines: readonly JsonObject[]) => readonly GatewayRecord[];
}
