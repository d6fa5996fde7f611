// Rows through a proxy: their options, and the ways that follow from them.

import type { GatewayName } from '../../measurement/lab/gateways/names.ts';
import type { Ways } from '../../measurement/lab/gateways/ways.ts';
import { requestTraffic } from '../../measurement/lab/settings.ts';
import type { Traffic } from '../../measurement/traffic.ts';

export interface GatewayOptions {
  readonly through: readonly (GatewayName | 'direct')[];
  readonly gatewayImage: string;
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

export function waysOf({ through, gatewayKeepAlive, gatewayReplicas, gatewayRetries, roll, retries }: Asked): Ways {
  return {
    through,
    keepAlive: { on: [true], off: [false], both: [true, false] }[gatewayKeepAlive],
    proxies: gatewayReplicas,
    rolls: roll === 'both' ? ['application', 'gateway'] : [roll],
    // One number is a setting of the run.
    retries: retries.length > 1 ? retries : [],
    gatewayRetries: gatewayRetries ?? [],
  };
}

/** What is wrong with the options of proxies, in a sentence. */
export function misrouted(options: Asked): string | undefined {
  const { through, traffic = [], target, roll, gatewayRetries } = options;
  if (!isBehindGateway(options)) {
    if (roll !== 'application') return `--roll ${roll} requires a proxy in --through`;
    return gatewayRetries === undefined ? undefined : '--gateway-retries requires a proxy in --through';
  }
  if (target !== undefined) return '--target and --through are two ways to the Service: omit one of them';
  if (through.includes('direct') && roll === 'gateway')
    return '--roll gateway has no rows without a proxy: remove direct';
  const other = traffic.find((lane) => !requestTraffic.includes(lane));
  return other === undefined ? undefined : `--through measures single HTTP requests: remove ${other} from --traffic`;
}

/** For the command line of a run that has no proxy. */
export function withoutGateways(options: object): object {
  const none = { through: undefined, gatewayImage: undefined, gatewayKeepAlive: undefined, gatewayReplicas: undefined };
  return { ...options, ...none, roll: undefined };
}
