// The webhook server put together: routes on an HTTPS listener, probes on a plain one, one drain for both.

import type { Server } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import type { KeyPair } from '../certificates/pair.ts';
import type { ListenAddress } from '../settings/settings.ts';
import { buildApp, buildProbes } from './app.ts';
import { type ClientCertificates, checkCallers } from './client-certificates.ts';
import { limitConnections } from './connections.ts';
import { type Closable, drain } from './drain.ts';
import { reportHandshakes } from './handshakes.ts';
import { listen, plainServer, swapPair, tlsServer } from './listener.ts';
import type { MutateOptions } from './mutate.ts';
import { type OverloadLimits, watchOverload } from './overload.ts';
import { createCallTraffic } from './traffic.ts';

export interface ServerOptions extends MutateOptions {
  readonly pair: KeyPair;
  /** Absent: anything that reaches the port may call. */
  readonly clients?: ClientCertificates | undefined;
  /** The bearer token that /metrics requires; absent: none. */
  readonly metricsToken?: (() => string) | undefined;
  /** No /metrics on the HTTPS port. */
  readonly metricsPlainOnly?: boolean;
  readonly limits: OverloadLimits;
  /** Other processes may take calls at the same port. */
  readonly sharePort?: boolean;
  /** Why not ready, besides draining; empty: ready. */
  readonly unready?: () => readonly string[];
}

export interface WebhookServer {
  /** Resolves with the addresses in use. */
  readonly listen: (
    https: ListenAddress,
    plain?: ListenAddress,
  ) => Promise<{ readonly https: ListenAddress; readonly plain?: ListenAddress }>;
  readonly swapPair: (pair: KeyPair) => void;
  /** Of callers' certificates; only with `clients`. */
  readonly swapClientCa: (ca: string) => void;
  /** Ends without losing a call; resolves with the number of calls that the deadline cut off. */
  readonly drain: (deadlineMs: number) => Promise<number>;
}

// An AdmissionReview holds two objects of at most 1.5 MiB, which is what etcd takes, and of such a byte JSON may make six: `<` is
// sent as `\u003c`. A bit more than those 18 MiB for the rest of the review. An ordinary one has 10 to 50 KiB; all together have room
// beside a heap of 256 MiB in a container of 512.
const bodies = { oneBytes: 20 * 1024 * 1024, allBytes: 64 * 1024 * 1024 };

// Each call that is allowed at once needs a connection, and as many may be idle or on their way. One takes up to 50 KB.
const leastConnections = 1000;

export function buildServer({
  pair,
  clients,
  limits,
  sharePort,
  unready = () => [],
  ...options
}: ServerOptions): WebhookServer {
  const traffic = createCallTraffic();
  const overload = watchOverload(limits);
  const callers = clients && checkCallers(clients.names);
  let [currentPair, clientCa] = [pair, clients?.ca];
  const server = tlsServer(pair, clientCa);
  callers?.follow(server);
  const plainListener = plainServer();
  let draining = false;
  const probes = {
    metrics: options.metrics,
    log: options.log,
    draining: () => draining,
    unready: () => (draining ? ['shutting down', ...unready()] : unready()),
  };
  const { metricsToken, metricsPlainOnly = false } = options;
  const app = buildApp({
    ...options,
    ...probes,
    ...{ traffic, overload, bodies, server, callers, withMetrics: !metricsPlainOnly },
  });
  const plainApp = buildProbes({ ...probes, metricsToken, server: plainListener });
  const mostConnections = Math.max(leastConnections, 2 * limits.maxInFlight);
  const limited = (one: Server | TlsServer): Closable => {
    const { closeAll } = limitConnections(one, mostConnections, options.metrics.connectionClosed);
    return { close: (closed) => one.close(closed), closeAllConnections: closeAll };
  };
  const closables = { https: limited(server), plain: limited(plainListener) };
  const servers: Closable[] = [];
  options.metrics.inFlightIs(traffic.inFlight);
  reportHandshakes(server, options);
  return {
    listen: async (https, plain) => {
      await Promise.all([app.ready(), plainApp.ready()]);
      servers.push(closables.https);
      const bound = await listen(server, https, sharePort);
      if (plain === undefined) return { https: bound };
      servers.push(closables.plain);
      try {
        return { https: bound, plain: await listen(plainListener, plain) };
      } catch (error) {
        server.close();
        throw error;
      }
    },
    swapPair: (next) => {
      currentPair = next;
      swapPair(server, currentPair, clientCa);
    },
    swapClientCa: (next) => {
      clientCa = next;
      swapPair(server, currentPair, clientCa);
      callers?.renew();
    },
    drain: async (deadlineMs) => {
      draining = true;
      const cutOff = await drain({ traffic, servers, deadlineMs });
      overload.stop();
      return cutOff;
    },
  };
}
