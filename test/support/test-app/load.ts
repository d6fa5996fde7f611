// Load on kept HTTP connections at a steady rate. New connections go to where the place says at that moment, as through a Service.

import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Place {
  port: number;
  grpcPort: number;
}

/** Sends once. Resolves with the name of the pod that answered, rejects when it is lost. */
export interface Sender {
  readonly send: () => Promise<string>;
  readonly close: () => void;
}

export interface Tally {
  readonly kind: string;
  sent: number;
  readonly lost: string[];
  /** Answers by pod. */
  readonly pods: Map<string, number>;
  /** Resolves when every answer is there, or known to be lost. */
  readonly stop: () => Promise<void>;
}

/** Sends every 10 ms, whatever the answers do. */
export function load(kind: string, { send, close }: Sender, everyMs = 10): Tally {
  const pending = new Set<Promise<void>>();
  const tick = setInterval(() => {
    tally.sent += 1;
    const one = send().then(
      (pod) => void tally.pods.set(pod, (tally.pods.get(pod) ?? 0) + 1),
      (error: Error) => void tally.lost.push(`${kind} ${tally.sent}: ${error.message}`),
    );
    pending.add(one);
    void one.finally(() => pending.delete(one));
  }, everyMs);
  const stop = async () => {
    clearInterval(tick);
    await Promise.race([Promise.all(pending), sleep(30_000, undefined, { ref: false })]);
    for (const _ of pending) tally.lost.push(`${kind}: no answer`);
    close();
  };
  const tally: Tally = { kind, sent: 0, lost: [], pods: new Map(), stop };
  return tally;
}

/** On kept connections, at most `connections` of them. Of a server that does not say its pod, the port is its name. */
export function keptHttp(method: 'GET' | 'POST', place: Pick<Place, 'port'>, connections = 4): Sender {
  const agent = new Agent({ keepAlive: true, maxSockets: connections, scheduling: 'fifo' });
  agent.createConnection = () => connect(place.port, '127.0.0.1').setNoDelay();
  const send = () =>
    new Promise<string>((resolve, reject) => {
      const body = method === 'POST' ? randomUUID() : '';
      const headers = method === 'POST' ? { 'content-length': body.length } : {};
      const sent = request({ method, agent, path: '/', host: 'service', headers }, (response) => {
        const port = response.socket.remotePort;
        let text = '';
        response.setEncoding('utf8').on('data', (part) => {
          text += part;
        });
        response.on('error', reject);
        response.on('end', () => {
          const isWhole = method === 'POST' ? text === body : text.endsWith('\n');
          if (response.statusCode === 200 && isWhole) resolve(String(response.headers['x-hitless-pod'] ?? port));
          else reject(new Error(`${response.statusCode} ${text}`));
        });
      });
      sent.on('error', reject);
      sent.end(body);
    });
  return { send, close: () => agent.destroy() };
}
