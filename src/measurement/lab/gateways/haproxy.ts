// HAProxy, with a backend of one server, which is the address of the Service, or of the pods. Timeouts are those of Debian's own
// configuration.

import type { JsonObject } from '../../../workload/json.ts';
import { tooSlowToConnect } from '../../analysis/behind-proxy.ts';
import { numberOf, textOf } from './fields.ts';
import { type GatewayRecord, type GatewaySettings, type LabGateway, noUpstream, type PodUpstream } from './gateway.ts';

export const haproxy: LabGateway = {
  title: 'HAProxy',
  keepsConnectionsToPods: true,
  config,
  command: (file) => `haproxy -db -f ${file}`,
  signals: { drains: 'USR1', ends: 'TERM' },
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
  const [resolvers, servers] =
    typeof upstream === 'string' ? ['', `server service ${upstream}`] : pods(upstream, listen);
  const format = Object.entries(fields).map(([name, value]) => `"${name}":${value}`);
  return `global
  log stdout format raw local0
${resolvers}defaults
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
  ${servers}
`;
}

/** As many as one workload of the lab can have while it rolls. Those without an address are not used. */
const mostPods = 50;

/** Names are resolved every second, which is its default; it never looks at the TTL. Of its two families it asks for IPv6 first. */
function pods({ name, port, dns }: PodUpstream, listen: string): readonly [resolvers: string, servers: string] {
  const resolvers = `resolvers cluster
  nameserver dns ${dns}
  accepted_payload_size 8192
  timeout resolve 1s
  hold valid 1s
`;
  const family = listen.startsWith('[') ? 'ipv6' : 'ipv4';
  const options = `check resolvers cluster init-addr none resolve-prefer ${family}`;
  return [resolvers, `server-template pod 1-${mostPods} ${name}:${port} ${options}`];
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
  const upstreams = [textOf(line.upstream)].filter((address) => address !== '-:-');
  const reason = reasonOf(textOf(line.ended), upstreams);
  return {
    requestId,
    status: Math.max(0, status),
    upstreams,
    attempts: upstreams.length + retries,
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
function reasonOf(ended: string, upstreams: readonly string[]): string | undefined {
  const [by = '-', phase = '-'] = ended;
  if (by === '-') return undefined;
  if (by === 'S' && phase === 'C') return upstreams.length === 0 ? noUpstream : 'could not connect';
  if (by === 's' && phase === 'C') return tooSlowToConnect;
  const end = ends[by];
  if (end === undefined) return `ended with ${ended}`;
  return by === 'S' && phases[phase] !== undefined ? `${end} ${phases[phase]}` : end;
}
