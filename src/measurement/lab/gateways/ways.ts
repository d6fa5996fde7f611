// The ways from the load to the application: straight to its Service, or through a proxy, with or without retries. Each is a row.

import type { LabRow } from '../result.ts';
import { gateways } from './gateways.ts';
import type { GatewayName } from './names.ts';

export interface Ways {
  readonly through: readonly (GatewayName | 'direct')[];
  readonly upstreams: readonly ('service' | 'pods')[];
  readonly keepAlive: readonly boolean[];
  readonly proxies: readonly (1 | 2)[];
  readonly rolls: readonly ('application' | 'gateway')[];
  /** Empty: one number for all rows, of which rows say nothing. */
  readonly retries: readonly number[];
  /** Empty: what each program does by default. */
  readonly gatewayRetries: readonly number[];
}

type Way = Pick<LabRow, 'through' | 'upstream' | 'keepAlive' | 'proxies' | 'rolls' | 'retries' | 'gatewayRetries'>;

/** Each row on each way. Rows that go straight to the Service are those that were given, one for each number of retries. */
export function onWays(rows: readonly LabRow[], ways: Ways): readonly LabRow[] {
  return ways.through.flatMap((through) => {
    const own = through === 'direct' ? direct(ways) : behind(through, ways);
    return rows.flatMap((row) => own.map((way) => ({ ...row, ...way, title: `${row.title}${wayTitle(way)}` })));
  });
}

function direct({ retries }: Ways): readonly Way[] {
  return optional(retries).map((count) => (count === undefined ? {} : { retries: count }));
}

function behind(through: GatewayName, ways: Ways): readonly Way[] {
  const { proxies, rolls, gatewayRetries } = ways;
  const plain = connections(through, ways).flatMap((connection) =>
    proxies.flatMap((count) =>
      rolls.map((rolled): Way => {
        const two = count === 2 && { proxies: count };
        return { through, ...connection, ...two, ...(rolled === 'gateway' && { rolls: rolled }) };
      }),
    ),
  );
  const retried = optional(gatewayRetries).map((count) => (count === undefined ? {} : { gatewayRetries: count }));
  return plain.flatMap((way) => direct(ways).flatMap((one) => retried.map((other) => ({ ...way, ...one, ...other }))));
}

/** To the application. */
function connections(through: GatewayName, { upstreams, keepAlive }: Ways): readonly Way[] {
  return upstreams.flatMap((upstream): readonly Way[] => {
    if (upstream === 'service') return keepAlive.map((kept) => ({ keepAlive: kept }));
    const possible = gateways[through].keepsConnectionsToPods ? keepAlive : [false];
    return possible.map((kept) => ({ upstream, keepAlive: kept }));
  });
}

function optional(numbers: readonly number[]): readonly (number | undefined)[] {
  return numbers.length === 0 ? [undefined] : numbers;
}

/** ` nginx 2-proxies`, for the key of a row; empty for the way that rows have when nothing is asked for. */
export function wayKey({ through, upstream, keepAlive, proxies, rolls, retries, gatewayRetries }: Way): string {
  const words = [
    through,
    upstream === undefined ? undefined : `to-${upstream}`,
    keepAlive === false ? 'no-keep-alive' : undefined,
    proxies === undefined ? undefined : `${proxies}-proxies`,
    rolls === undefined ? undefined : `${rolls}-rolls`,
    retries === undefined ? undefined : `retries-${retries}`,
    gatewayRetries === undefined ? undefined : `gateway-retries-${gatewayRetries}`,
  ];
  return words.flatMap((word) => (word === undefined ? [] : [` ${word}`])).join('');
}

/** `, through 2 nginx without keep-alive`, for the title of a row. */
function wayTitle(way: Way): string {
  const { retries, gatewayRetries } = way;
  const parts = [
    ...(way.through === undefined ? [] : [`through ${gatewayTitle(way)}`]),
    ...(retries === undefined ? [] : [`clients ${retriesTitle(retries)}`]),
    ...(gatewayRetries === undefined ? [] : [`proxy ${retriesTitle(gatewayRetries)}`]),
  ];
  return parts.map((part) => `, ${part}`).join('');
}

/** `2 × nginx to pod addresses, without keep-alive, itself rolled`; `no proxy`. */
export function gatewayTitle({ through, upstream, keepAlive, proxies, rolls }: Way): string {
  if (through === undefined) return 'no proxy';
  const parts = [
    `${proxies === undefined ? '' : `${proxies} × `}${gateways[through].title}${upstream === undefined ? '' : ' to pod addresses'}`,
    ...(keepAlive === false ? ['without keep-alive'] : []),
    ...(rolls === undefined ? [] : ['itself rolled']),
  ];
  return parts.join(', ');
}

export function retriesTitle(retries: number): string {
  if (retries === 0) return 'without retries';
  return retries === 1 ? 'with 1 retry' : `with ${retries} retries`;
}
