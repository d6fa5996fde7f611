// Rows through a proxy: their options, and the ways that follow from them.

import { isIP } from 'node:net';
import type { GatewayName } from '../../measurement/lab/gateways/names.ts';
import type { Ways } from '../../measurement/lab/gateways/ways.ts';
import type { PodSettings } from '../../measurement/lab/objects.ts';
import { requestTraffic } from '../../measurement/lab/settings.ts';
import type { Traffic } from '../../measurement/traffic.ts';
import { allowedNames, isObjectName } from '../../policy/validation/names.ts';

export interface GatewayOptions {
  readonly through: readonly (GatewayName | 'direct')[];
  readonly gatewayImage: string;
  readonly gatewayUpstream: 'service' | 'pods' | 'both';
  readonly gatewayDns?: string;
  readonly gatewayDnsDomain?: string;
  readonly gatewayKeepAlive: 'on' | 'off' | 'both';
  readonly gatewayReplicas: readonly (1 | 2)[];
  readonly gatewayRetries?: readonly number[];
  readonly roll: 'application' | 'gateway' | 'both';
}

type Asked = GatewayOptions & {
  readonly retries: readonly number[];
  readonly traffic?: readonly Traffic[];
  readonly target?: string;
};

export function isBehindGateway({ through }: Pick<GatewayOptions, 'through'>): boolean {
  return through.some((one) => one !== 'direct');
}

export function waysOf(options: Asked): Ways {
  const { through, gatewayUpstream, gatewayKeepAlive, gatewayReplicas, gatewayRetries, roll, retries } = options;
  return {
    through,
    upstreams: gatewayUpstream === 'both' ? ['service', 'pods'] : [gatewayUpstream],
    keepAlive: { on: [true], off: [false], both: [true, false] }[gatewayKeepAlive],
    proxies: gatewayReplicas,
    rolls: roll === 'both' ? ['application', 'gateway'] : [roll],
    // One number is a setting of the run.
    retries: retries.length > 1 ? retries : [],
    gatewayRetries: gatewayRetries ?? [],
  };
}

/** The DNS server that proxies are told to ask. */
export function gatewayDnsOf({
  gatewayDns,
  gatewayDnsDomain = 'cluster.local',
}: Asked): Pick<PodSettings, 'gatewayDns'> {
  return gatewayDns === undefined ? {} : { gatewayDns: { address: gatewayDns, domain: gatewayDnsDomain } };
}

/** What is wrong with the options of proxies, in a sentence. */
export function misrouted(options: Asked): string | undefined {
  const { through, traffic = [], target, roll, gatewayUpstream, gatewayRetries } = options;
  const unresolved = misresolved(options);
  if (unresolved !== undefined) return unresolved;
  if (!isBehindGateway(options)) {
    if (gatewayUpstream !== 'service') return `--gateway-upstream ${gatewayUpstream} requires a proxy in --through`;
    if (roll !== 'application') return `--roll ${roll} requires a proxy in --through`;
    return gatewayRetries === undefined ? undefined : '--gateway-retries requires a proxy in --through';
  }
  if (target !== undefined) return '--target and --through are two ways to the Service: omit one of them';
  if (through.includes('direct') && roll === 'gateway')
    return '--roll gateway has no rows without a proxy: remove direct';
  const other = traffic.find((lane) => !requestTraffic.includes(lane));
  return other === undefined ? undefined : `--through measures single HTTP requests: remove ${other} from --traffic`;
}

function misresolved({ gatewayUpstream, gatewayDns, gatewayDnsDomain }: Asked): string | undefined {
  if (gatewayDns === undefined)
    return gatewayDnsDomain === undefined ? undefined : '--gateway-dns-domain requires --gateway-dns';
  if (gatewayUpstream === 'service') return '--gateway-dns requires --gateway-upstream pods or both';
  if (isIP(gatewayDns) === 0) return `--gateway-dns: must be an IP address, found ${JSON.stringify(gatewayDns)}`;
  if (gatewayDnsDomain === undefined || isObjectName(gatewayDnsDomain)) return undefined;
  return `--gateway-dns-domain: must be ${allowedNames.object}, found ${JSON.stringify(gatewayDnsDomain)}`;
}

/** For the command line of a run that has no proxy. */
export function withoutGateways(options: object): object {
  const none = { through: undefined, gatewayImage: undefined, gatewayUpstream: undefined, roll: undefined };
  return { ...options, ...none, gatewayKeepAlive: undefined, gatewayReplicas: undefined };
}
