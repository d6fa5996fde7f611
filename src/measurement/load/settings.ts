// Validation of load settings that came from outside: reports every mistake at once, with its path.

import { isIP } from 'node:net';
import { healthPath, type LoadSettings, type Traffic, type TrafficLoad, trafficKinds } from '../traffic.ts';

export type ReadSettings = { readonly settings: LoadSettings } | { readonly mistakes: readonly string[] };

type Fields = Readonly<Record<string, unknown>>;

/** Reads parsed JSON; unknown fields are mistakes as well. */
export function readLoadSettings(value: unknown): ReadSettings {
  if (!isFields(value)) return { mistakes: ['the settings must be a JSON object'] };
  const mistakes = [
    ...unknownFields(value, known, ''),
    ...lanesMistakes(value.lanes),
    ...numbers.flatMap((one) => numberMistakes(value[one.field], one)),
    ...localAddressMistakes(value.localAddress),
    ...tlsMistakes(value.tls),
    ...optional(value.requestIds, 'requestIds', 'boolean'),
  ];
  if (mistakes.length > 0) return { mistakes };
  const settings = value as unknown as LoadSettings;
  const together = combinationMistakes(settings);
  return together.length > 0 ? { mistakes: together } : { settings };
}

const known = ['lanes', 'timeoutMs', 'retries', 'connections', 'localAddress', 'tls', 'requestIds'];

interface Range {
  readonly field: string;
  readonly from: number;
  readonly to: number;
  /** Fractions are allowed. */
  readonly fractions?: true;
}

const numbers: readonly Range[] = [
  { field: 'timeoutMs', from: 1, to: 600_000 },
  { field: 'retries', from: 0, to: 10 },
  { field: 'connections', from: 1, to: 1000 },
];

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unknownFields(value: Fields, fields: readonly string[], path: string): readonly string[] {
  return Object.keys(value)
    .filter((field) => !fields.includes(field))
    .map((field) => `unknown setting ${path}${field}: must be one of ${fields.join(', ')}`);
}

function numberMistakes(value: unknown, { field, from, to, fractions }: Range): readonly string[] {
  const right = typeof value === 'number' && value >= from && value <= to && (fractions || Number.isInteger(value));
  const kind = fractions ? 'a number' : 'a whole number';
  return right ? [] : [`${field} must be ${kind} from ${from} to ${to}, found ${JSON.stringify(value)}`];
}

function optional(value: unknown, field: string, kind: 'string' | 'boolean'): readonly string[] {
  const isRight = value === undefined || (typeof value === kind && value !== '');
  return isRight ? [] : [`${field} must be a ${kind}, found ${JSON.stringify(value)}`];
}

/** Node.js throws on any other value. */
function localAddressMistakes(value: unknown): readonly string[] {
  const isRight = value === undefined || (typeof value === 'string' && isIP(value) > 0);
  return isRight ? [] : [`localAddress must be an IP address, found ${JSON.stringify(value)}`];
}

function tlsMistakes(value: unknown): readonly string[] {
  if (value === undefined) return [];
  if (!isFields(value)) return ['tls must be an object with ca, insecure'];
  return [
    ...unknownFields(value, ['ca', 'insecure'], 'tls.'),
    ...optional(value.ca, 'tls.ca', 'string'),
    ...optional(value.insecure, 'tls.insecure', 'boolean'),
  ];
}

function lanesMistakes(value: unknown): readonly string[] {
  if (!Array.isArray(value) || value.length === 0) return ['lanes must be a list of at least one lane'];
  return value.flatMap((lane: unknown, i) => laneMistakes(lane, `lanes[${i}]`));
}

function laneMistakes(value: unknown, path: string): readonly string[] {
  if (!isFields(value)) return [`${path} must be an object with lane, url, rate`];
  const isLane = trafficKinds.some((lane) => lane === value.lane);
  return [
    ...unknownFields(value, ['lane', 'url', 'rate'], `${path}.`),
    ...(isLane ? [] : [`${path}.lane must be one of ${trafficKinds.join(', ')}, found ${JSON.stringify(value.lane)}`]),
    ...(isLane ? urlMistakes(value.url, value.lane as Traffic, `${path}.url`) : []),
    ...numberMistakes(value.rate, { field: `${path}.rate`, from: 0.01, to: 10_000, fractions: true }),
  ];
}

function protocolsOf(lane: Traffic): readonly string[] {
  if (lane === 'websocket') return ['ws:', 'wss:'];
  return lane.startsWith('grpc') ? ['grpc:', 'grpcs:'] : ['http:', 'https:'];
}

function urlMistakes(value: unknown, lane: Traffic, path: string): readonly string[] {
  const url = typeof value === 'string' ? URL.parse(value) : null;
  if (url === null || url.hostname === '')
    return [`${path} must be an address such as ${protocolsOf(lane)[0]}//web:8080/`];
  const protocols = protocolsOf(lane);
  if (!protocols.includes(url.protocol)) return [`${path} must begin with ${protocols.join(' or ')} for lane ${lane}`];
  if (url.hash !== '') return [`${path} must not have anything after #`];
  return servicePathMistakes(url.pathname, lane, path);
}

/** Only these services can be called: others need their own message types. */
function servicePathMistakes(pathname: string, lane: Traffic, path: string): readonly string[] {
  if (!lane.startsWith('grpc') || pathname === '' || pathname === '/') return [];
  if (lane === 'grpc-unary')
    return pathname === healthPath ? [] : [`${path} must have the path ${healthPath}, or no path`];
  return [`${path} must not have a path: streams go to the lab's own service`];
}

function combinationMistakes({ lanes: loads, localAddress }: LoadSettings): readonly string[] {
  const twice = loads.filter(({ lane }, i) => loads.findIndex((one) => one.lane === lane) < i);
  const grpc = localAddress === undefined ? [] : loads.filter(isGrpc);
  return [
    ...twice.map(({ lane }) => `lane ${lane} is given twice: its samples could not be told apart`),
    ...grpc.map(({ lane }) => `localAddress cannot be set for lane ${lane}`),
  ];
}

function isGrpc({ lane }: TrafficLoad): boolean {
  return lane.startsWith('grpc');
}
