// HAProxy, with a backend of one server: the address of the Service. Timeouts are those of Debian's own configuration.

import type { JsonObject } from '../../../workload/json.ts';
import { numberOf, textOf } from './fields.ts';
import type { Gateway, GatewayRecord, GatewaySettings } from './gateway.ts';

export const haproxy: Gateway = {
  title: 'HAProxy',
  config,
  command: (file) => `haproxy -db -f ${file}`,
  drainSignal: 'USR1',
  records: (lines) => lines.map(recordOf).filter((record) => record !== undefined),
};

const fields = {
  requestId: '"%[capture.req.hdr(0),json(utf8s)]"',
  status: '%ST',
  upstream: '"%si:%sp"',
  ended: '"%ts"',
  retries: '"%rc"',
} as const;

function config({ listen, upstream, keepAlive, retries }: GatewaySettings): string {
  const format = Object.entries(fields).map(([name, value]) => `"${name}":${value}`);
  return `global
  log stdout format raw local0
defaults
  mode http
  log global
  log-format '{${format.join(',')}}'
  timeout connect 5s
  timeout client 50s
  timeout server 50s
frontend front
  bind ${listen.includes(':') ? listen.replace('[::]', '::') : `:${listen}`}
  capture request header X-Request-Id len 64
  default_backend application
backend application
${keepAlive ? '' : '  option http-server-close\n'}${retrying(retries)}  option forwardfor
  server service ${upstream}
`;
}

/** By default it tries a connection that failed three times more, and nothing else. */
function retrying(retries: number | undefined): string {
  if (retries === undefined) return '';
  if (retries === 0) return '  retries 0\n';
  return `  retries ${retries}
  retry-on conn-failure empty-response
  http-request disable-l7-retry unless METH_GET
`;
}

function recordOf(line: JsonObject): GatewayRecord | undefined {
  const requestId = textOf(line.requestId);
  const status = numberOf(line.status);
  if (requestId === '' || status === undefined) return undefined;
  // A plus sign is for a retry on another server.
  const retries = Number(textOf(line.retries).replace('+', ''));
  const reason = reasonOf(textOf(line.ended));
  return {
    requestId,
    status: Math.max(0, status),
    upstreams: [textOf(line.upstream)],
    attempts: 1 + retries,
    ...(reason !== undefined && { reason }),
  };
}

const phases: Readonly<Record<string, string>> = { C: 'while it connected', H: 'before an answer', D: 'in the answer' };
const ends: Readonly<Record<string, string>> = {
  C: 'the client had gone',
  c: 'the client was too slow',
  S: 'closed',
  s: 'no answer in time',
};

/** The state of termination: who ended the session, and in which phase. `--` is an ordinary end. */
function reasonOf(ended: string): string | undefined {
  const [by = '-', phase = '-'] = ended;
  if (by === '-') return undefined;
  if (by === 'S' && phase === 'C') return 'could not connect';
  if (by === 's' && phase === 'C') return 'could not connect in time';
  const end = ends[by];
  if (end === undefined) return `ended with ${ended}`;
  return by === 'S' && phases[phase] !== undefined ? `${end} ${phases[phase]}` : end;
}
