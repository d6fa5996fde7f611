// Every mistake in the readiness probe's handler of a policy.

import { closestWord } from '../../text/closest-word.ts';
import { isObject, type Json, type JsonObject } from '../../workload/json.ts';
import { allowedValues, either } from '../fields.ts';
import {
  isLonger,
  longestGrpcService,
  longestHeaderName,
  longestHeaderValue,
  longestPath,
  mostHeaders,
  tooLong,
  tooMany,
} from './bounds.ts';
import { type FieldError, type FieldKeys, fieldError, show, unknownKeys } from './field-error.ts';
import { allowedNames, isPortName, isPortNumber } from './names.ts';

type Check = (handler: JsonObject, at: FieldKeys) => FieldError[];

const checks: Readonly<Record<string, Check>> = {
  httpGet: httpGetMistakes,
  tcpSocket: tcpMistakes,
  grpc: grpcMistakes,
};
const kinds = Object.keys(checks);

const execReason =
  'httpGet, tcpSocket or grpc (exec starts a process in the container for every check, and needs a program in every image)';

export function handlerMistakes(handler: Json, at: FieldKeys): FieldError[] {
  if (handler === 'auto') return [];
  const allowed = allowedValues({ kind: 'handler' });
  if (!isObject(handler)) {
    const suggestion = typeof handler === 'string' ? closestWord(handler, ['auto', ...kinds]) : undefined;
    return [fieldError(at, show(handler), allowed, suggestion)];
  }
  const exec = Object.hasOwn(handler, 'exec') ? [fieldError([...at, 'exec'], 'exec', execReason)] : [];
  const present = kinds.filter((kind) => Object.hasOwn(handler, kind));
  const strange = [...exec, ...unknownKeys(handler, kinds, at, ['exec'])];
  // A misspelt handler is one mistake, not two.
  const isOne = present.length === 1 || (present.length === 0 && strange.length > 0);
  const count = isOne ? [] : [countMistake(present, at)];
  const wrong = present.flatMap((kind) => bodyMistakes(handler, kind, at));
  return [...strange, ...count, ...wrong];
}

function countMistake(present: readonly string[], at: FieldKeys): FieldError {
  const found = present.length === 0 ? 'no handler' : present.join(' and ');
  return fieldError(at, found, `exactly one of ${either(kinds)}`);
}

function bodyMistakes(handler: JsonObject, kind: string, at: FieldKeys): FieldError[] {
  const body = handler[kind];
  const check = checks[kind];
  return isObject(body) && check !== undefined
    ? check(body, [...at, kind])
    : [fieldError([...at, kind], show(body), 'an object with a port')];
}

function httpGetMistakes(get: JsonObject, at: FieldKeys): FieldError[] {
  const { path, scheme, port, httpHeaders } = get;
  const pathIsFine = path === undefined || (typeof path === 'string' && path.startsWith('/'));
  const rooted = typeof path === 'string' && path !== '' ? `/${path}` : undefined;
  const schemeIsFine = scheme === undefined || scheme === 'HTTP' || scheme === 'HTTPS';
  const upper = typeof scheme === 'string' ? closestWord(scheme, ['HTTP', 'HTTPS']) : undefined;
  return [
    ...unknownKeys(get, ['path', 'port', 'scheme', 'httpHeaders'], at),
    ...(pathIsFine
      ? longMistakes(path, longestPath, [...at, 'path'])
      : [fieldError([...at, 'path'], show(path), 'a path that starts with "/"', rooted)]),
    ...portMistakes(port, [...at, 'port']),
    ...(schemeIsFine ? [] : [fieldError([...at, 'scheme'], show(scheme), 'HTTP or HTTPS', upper)]),
    ...(httpHeaders === undefined ? [] : headersMistakes(httpHeaders, [...at, 'httpHeaders'])),
  ];
}

function headersMistakes(headers: Json, at: FieldKeys): FieldError[] {
  if (!Array.isArray(headers)) return [fieldError(at, show(headers), 'a list of objects with name, value')];
  if (headers.length > mostHeaders) return [tooMany(headers, mostHeaders, at)];
  return headers.flatMap((header: Json, index) => headerMistakes(header, [...at, index]));
}

function headerMistakes(header: Json, at: FieldKeys): FieldError[] {
  if (!isObject(header)) return [fieldError(at, show(header), 'an object with name, value')];
  const { name, value } = header;
  const nameIsFine = typeof name === 'string' && /^[-A-Za-z0-9]+$/.test(name);
  return [
    ...unknownKeys(header, ['name', 'value'], at),
    ...(nameIsFine
      ? longMistakes(name, longestHeaderName, [...at, 'name'])
      : [fieldError([...at, 'name'], show(name), 'a header name of letters, digits and "-"')]),
    ...(typeof value === 'string'
      ? longMistakes(value, longestHeaderValue, [...at, 'value'])
      : [fieldError([...at, 'value'], show(value), 'a string')]),
  ];
}

function tcpMistakes(socket: JsonObject, at: FieldKeys): FieldError[] {
  return [...unknownKeys(socket, ['port'], at), ...portMistakes(socket.port, [...at, 'port'])];
}

function grpcMistakes(grpc: JsonObject, at: FieldKeys): FieldError[] {
  const { port, service } = grpc;
  const digits = numberIn(port);
  const serviceIsFine = service === undefined || typeof service === 'string';
  return [
    ...unknownKeys(grpc, ['port', 'service'], at),
    ...(isPortNumber(port)
      ? []
      : [fieldError([...at, 'port'], show(port), 'a port number from 1 to 65535 (grpc takes no port name)', digits)]),
    ...(serviceIsFine
      ? longMistakes(service, longestGrpcService, [...at, 'service'])
      : [fieldError([...at, 'service'], show(service), 'a string')]),
  ];
}

function longMistakes(text: string | undefined, most: number, at: FieldKeys): FieldError[] {
  return text !== undefined && isLonger(text, most) ? [tooLong(text, most, at)] : [];
}

function portMistakes(port: Json | undefined, at: FieldKeys): FieldError[] {
  if (isPortNumber(port) || (typeof port === 'string' && isPortName(port))) return [];
  return [fieldError(at, show(port), allowedNames.port, numberIn(port))];
}

/** `8080` for the string "8080". */
function numberIn(port: Json | undefined): string | undefined {
  return typeof port === 'string' && /^\d{1,5}$/.test(port) && isPortNumber(Number(port))
    ? String(Number(port))
    : undefined;
}
