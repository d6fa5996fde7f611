// nginx, with an upstream of one server, which is the address of the Service, or with the name of the pods in a variable, which it
// resolves while it runs.

import type { JsonObject } from '../../../workload/json.ts';
import { closedEarly } from '../../analysis/behind-proxy.ts';
import { numberOf, textOf } from './fields.ts';
import { type GatewayRecord, type GatewaySettings, type LabGateway, noUpstream, type PodUpstream } from './gateway.ts';

export const nginx: LabGateway = {
  title: 'nginx',
  // Only `server ... resolve` in an upstream does, of which the free version knows from 1.27.3 on.
  keepsConnectionsToPods: false,
  config,
  command: (file) => `nginx -e stderr -c ${file} -g 'daemon off;'`,
  signals: { drains: 'QUIT', ends: 'TERM' },
  records: (lines) => lines.map(recordOf).filter((record) => record !== undefined),
};

const fields = {
  requestId: '"$http_x_request_id"',
  status: '$status',
  upstreams: '"$upstream_addr"',
  upstreamStatus: '"$upstream_status"',
  sentBytes: '"$upstream_bytes_sent"',
  receivedBytes: '"$upstream_bytes_received"',
} as const;

const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];

function config(settings: GatewaySettings): string {
  const { listen, upstream, retries } = settings;
  const isService = typeof upstream === 'string';
  const format = Object.entries(fields).map(([name, value]) => `"${name}":${value}`);
  return `worker_processes 2;
pid /tmp/nginx.pid;
error_log stderr;
events {}
http {
${temporary.map((name) => `  ${name}_temp_path /tmp/${name};\n`).join('')}  log_format record escape=json '{${format.join(',')}}';
  access_log /dev/stdout record;
${isService ? service(upstream, settings) : `  resolver ${upstream.dns} valid=1s;\n`}  server {
    listen ${listen};
    location / {
${isService ? '      proxy_pass http://application;\n' : pods(upstream)}      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
${isService && settings.keepAlive ? '      proxy_http_version 1.1;\n      proxy_set_header Connection "";\n' : ''}${nextUpstream(retries)}    }
  }
}
`;
}

function service(upstream: string, { keepAlive, retries }: GatewaySettings): string {
  return `  upstream application {
${servers(upstream, retries)}${keepAlive ? '    keepalive 32;\n' : ''}  }
`;
}

/** A name without a variable would be resolved once, when it starts. A try after the first goes to another address of the name. */
function pods({ name, port }: PodUpstream): string {
  return `      set $upstream ${name};\n      proxy_pass http://$upstream:${port};\n`;
}

/** It only ever retries on the next server of its list, so people name the Service once for each try. */
function servers(upstream: string, retries = 0): string {
  // One failed try must not take the only address out of use.
  const options = retries > 0 ? ' max_fails=0' : '';
  return `    server ${upstream}${options};\n`.repeat(retries + 1);
}

function nextUpstream(retries: number | undefined): string {
  if (retries === undefined) return '';
  if (retries === 0) return '      proxy_next_upstream off;\n';
  return `      proxy_next_upstream error timeout;\n      proxy_next_upstream_tries ${retries + 1};\n`;
}

function recordOf(line: JsonObject): GatewayRecord | undefined {
  const requestId = textOf(line.requestId);
  const status = numberOf(line.status);
  if (requestId === '' || status === undefined) return undefined;
  const upstreams = listOf(line.upstreams);
  const reason = reasonOf(line, status);
  return { requestId, status, upstreams, attempts: upstreams.length, ...(reason !== undefined && { reason }) };
}

/** Of the last try. The error log knows more, but no request id; and of an answer that was cut neither log says so. */
function reasonOf({ upstreamStatus, sentBytes, receivedBytes }: JsonObject, status: number): string | undefined {
  if (status === 499) return 'the client had gone';
  if (status < 500 || isMore(receivedBytes)) return undefined;
  const lastStatus = listOf(upstreamStatus).at(-1);
  if (lastStatus === undefined) return noUpstream;
  if (lastStatus === '504') return 'no answer in time';
  return isMore(sentBytes) ? closedEarly : 'could not connect';
}

/** Whether the last try has a number above 0; without a connection it has none. */
function isMore(bytes: unknown): boolean {
  return Number(listOf(bytes).at(-1)) > 0;
}

/** `10.0.0.1:80, 10.0.0.1:80`, as nginx joins the values of its tries. */
function listOf(value: unknown): readonly string[] {
  return textOf(value)
    .split(/, | : /)
    .filter((one) => one !== '');
}
