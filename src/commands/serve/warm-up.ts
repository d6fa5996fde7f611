// Answers reviews of its own before it is ready. The code of a process that has just started is interpreted, and its first answers
// take twenty times as long: an API server would wait for them.
//
// A server for nothing else takes the calls, over a socket of its own: neither log nor metrics know of them. The code is the same.

import { once } from 'node:events';
import { Agent, request } from 'node:https';
import { admit } from '../../admission/admit.ts';
import type { KeyPair } from '../../certificates/pair.ts';
import { composeClusterState } from '../../cluster-state/compose.ts';
import { createLog } from '../../server/log.ts';
import { createMetrics } from '../../server/metrics.ts';
import { buildServer } from '../../server/server.ts';
import type { Settings } from '../../settings/settings.ts';
import { version } from '../../version.ts';
import { warmUpNamespace, warmUpReview } from './warm-up-reviews.ts';

// A machine that is busy is not made to wait longer.
const longestMs = 2_000;

/** Resolves when the code is warm, or when that takes too long; `draining` ends it early. @throws where no local socket can be opened. */
export async function warmUp(pair: KeyPair, settings: Settings, draining: AbortSignal): Promise<void> {
  if (settings.warmUpCalls === 0) return;
  const server = buildServer({
    pair,
    admit: (review, mode) => admit(review, warmUpState, mode, { discreet: settings.tlsClientCa === undefined }),
    cap: 'enforce',
    limits: settings,
    metrics: createMetrics(version, { ofProcess: false }),
    log: createLog(settings.logLevel, { write: () => undefined }),
  });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const end = AbortSignal.any([draining, AbortSignal.timeout(longestMs)]);
  try {
    const { https } = await server.listen({ host: '127.0.0.1', port: 0 });
    for (let turn = 0; turn < settings.warmUpCalls && !end.aborted; turn += 1) {
      const to = { port: https.port, path: turn % 4 === 3 ? audit : enforce, signal: end };
      await call(agent, to, warmUpReview(turn));
    }
  } catch (error) {
    // What is not warm by then gets warm by the first calls.
    if (!end.aborted) throw error;
  } finally {
    agent.destroy();
    await server.drain(0);
  }
}

const enforce = '/mutate/enforce?timeout=10s';
const audit = '/mutate/audit?timeout=10s';

const service = { name: 'web', namespace: warmUpNamespace, selector: { app: 'web' } };
const ports = [{ name: 'http', port: 80, targetPort: 'http', protocol: 'TCP' }];
const place = { file: 'the warm-up', line: 1 };
/** What the reviews of the warm-up are about. */
export const warmUpState = composeClusterState([
  { kind: 'Service', id: `Service ${warmUpNamespace}/web`, value: { ...service, ports }, ...place },
]);

interface To {
  readonly port: number;
  readonly path: string;
  readonly signal: AbortSignal;
}

/** The certificate is that of the real server, whose names have nothing to do with this socket. */
async function call(agent: Agent, to: To, body: string): Promise<void> {
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  const options = { host: '127.0.0.1', method: 'POST', agent, headers, rejectUnauthorized: false, ...to };
  const sent = request(options).end(body);
  const [answer] = await once(sent, 'response', to);
  answer.resume();
  await once(answer, 'end', to);
}
