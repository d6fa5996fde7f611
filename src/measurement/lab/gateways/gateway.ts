// What the lab knows of a reverse proxy: how people configure it, how it ends, and what it logs of a request.

import type { JsonObject } from '../../../workload/json.ts';

export interface GatewaySettings {
  /** Where it listens: `8080`, or `[::]:8080` in a cluster of IPv6. */
  readonly listen: string;
  /** The Service of the application as host:port, or its pods. */
  readonly upstream: string | PodUpstream;
  /** Whether it keeps connections to the application. */
  readonly keepAlive: boolean;
  /** How often it retries a request that is safe to retry. Absent: what the program does by default. */
  readonly retries?: number;
}

/** The pods of the application, by the name of a headless Service, which the program resolves again and again. */
export interface PodUpstream {
  readonly name: string;
  readonly port: number;
  /** The DNS server, as host:port. */
  readonly dns: string;
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

/** The reason of a request that a proxy could send nowhere: it knew no address, or held every pod for dead. */
export const noUpstream = 'no upstream available';

type Signal = 'TERM' | 'QUIT' | 'USR1';

export interface LabGateway {
  /** For people. */
  readonly title: string;
  /** Whether it can keep connections to addresses that it resolved itself. */
  readonly keepsConnectionsToPods: boolean;
  readonly config: (settings: GatewaySettings) => string;
  /** The program with its configuration in `file`, in the foreground; for a shell. It may write to /tmp alone. */
  readonly command: (file: string) => string;
  /** The signals on which it finishes its requests before it exits, and on which it exits at once. */
  readonly signals: { readonly drains: Signal; readonly ends: Signal };
  /** From the JSON lines of one pod, in their order. */
  readonly records: (lines: readonly JsonObject[]) => readonly GatewayRecord[];
}
