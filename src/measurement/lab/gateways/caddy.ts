// Caddy, with one upstream, which is the address of the Service, or with the pods as dynamic upstreams.

import { isObject, type JsonObject } from '../../../workload/json.ts';
import { closedEarly, tooSlowToConnect } from '../../analysis/behind-proxy.ts';
import { numberOf, textOf } from './fields.ts';
import { type GatewayRecord, type GatewaySettings, type LabGateway, noUpstream, type PodUpstream } from './gateway.ts';

export const caddy: LabGateway = {
  title: 'Caddy',
  keepsConnectionsToPods: true,
  config,
  command: (file) => `HOME=/tmp XDG_CONFIG_HOME=/tmp XDG_DATA_HOME=/tmp caddy run --adapter caddyfile --config ${file}`,
  signals: { drains: 'TERM', ends: 'QUIT' },
  records,
};

function config({ listen, upstream, keepAlive, retries }: GatewaySettings): string {
  return `{
  admin off
  auto_https off
  log {
    output stdout
    format json
  }
}
http://:${listen.replace('[::]:', '')} {
  log {
    output stdout
    format json
  }
  reverse_proxy ${typeof upstream === 'string' ? `${upstream} {` : `{\n${pods(upstream)}`}
${retries === undefined ? '' : `    lb_retries ${retries}\n`}${keepAlive ? '' : '    transport http {\n      keepalive off\n    }\n'}  }
}
`;
}

/** By default it asks once a minute, and in Debian's version a server that is named by TCP. */
function pods({ name, port, dns }: PodUpstream): string {
  return `    dynamic a {
      name ${name}
      port ${port}
      refresh 1s
      resolvers udp/${dns}
    }`;
}

/** A failed request has two lines: first why, then the one of every request. */
function records(lines: readonly JsonObject[]): readonly GatewayRecord[] {
  const reasons = new Map<string, string>();
  return lines.flatMap((line): GatewayRecord[] => {
    const requestId = requestIdOf(line);
    const status = numberOf(line.status);
    if (requestId === '' || status === undefined) return [];
    if (textOf(line.logger).startsWith('http.log.error')) {
      reasons.set(requestId, reasonOf(textOf(line.msg)));
      return [];
    }
    const reason = reasons.get(requestId);
    reasons.delete(requestId);
    return [{ requestId, status, upstreams: [], ...(reason !== undefined && { reason }) }];
  });
}

function requestIdOf({ request }: JsonObject): string {
  const headers = isObject(request) ? request.headers : undefined;
  const values = isObject(headers) ? headers['X-Request-Id'] : undefined;
  return Array.isArray(values) ? textOf(values[0]) : '';
}

const reasons: readonly (readonly [RegExp, string])[] = [
  [/^no upstreams available/, noUpstream],
  [/^dial .*timeout/, tooSlowToConnect],
  [/^dial /, 'could not connect'],
  [/context canceled/, 'the client had gone'],
  [/EOF|connection reset|closed (?:idle|network) connection|broken pipe/, closedEarly],
];

/** Any other message without its addresses: equal ones are counted together. */
function reasonOf(message: string): string {
  return (
    reasons.find(([pattern]) => pattern.test(message))?.[1] ??
    message.replace(/\[[\da-f:]{2,45}\]:\d{1,5}|\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}:\d{1,5}/g, '*')
  );
}
