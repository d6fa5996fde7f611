// The OpenAPI schema of a readiness probe's handler, with the rules of policy/validation/probe-handler.ts.
//
// A handler is a string or an object. A structural schema can express that only without a type, and CEL cannot see a value
// without a type, so everything here uses OpenAPI's own keywords.

import type { Json, JsonObject } from '../../workload/json.ts';
import {
  longestGrpcService,
  longestHeaderName,
  longestHeaderValue,
  longestPath,
  mostHeaders,
} from '../validation/bounds.ts';
import { allowedNames } from '../validation/names.ts';

/** Each of these keywords applies only to values of its own type: together they allow only strings and objects. */
const textOrObject = {
  minimum: 1,
  maximum: 0,
  minItems: 1,
  maxItems: 0,
  not: { enum: [true, false, null] as Json },
} as const;

const portNumber = { minimum: 1, maximum: 65_535 } as const;

/** Words joined by single dashes, at least one of them with a letter: isPortName as a single expression. */
export const portNamePattern = '^([0-9]+-)*[0-9]*[a-z][a-z0-9]*(-[a-z0-9]+)*$';

const port = {
  'x-kubernetes-int-or-string': true,
  ...portNumber,
  maxLength: 15,
  pattern: portNamePattern,
  description: `${allowedNames.port}.`,
} as const;

export const headerNamePattern = '^[-A-Za-z0-9]+$';

const header = {
  type: 'object',
  required: ['name', 'value'],
  properties: {
    name: {
      type: 'string',
      maxLength: longestHeaderName,
      pattern: headerNamePattern,
      description: 'Letters, digits and "-".',
    },
    value: { type: 'string', maxLength: longestHeaderValue, description: 'Any string.' },
  },
} as const;

const handlers = {
  httpGet: {
    type: 'object',
    description: 'An HTTP GET that must be answered with 200 to 399.',
    required: ['port'],
    properties: {
      path: {
        type: 'string',
        maxLength: longestPath,
        pattern: '^/',
        description: 'Starts with "/". If not set: "/".',
      },
      port,
      scheme: { type: 'string', enum: ['HTTP', 'HTTPS'], description: 'If not set: HTTP.' },
      httpHeaders: {
        type: 'array',
        items: header,
        maxItems: mostHeaders,
        'x-kubernetes-list-type': 'atomic',
        description: 'Headers to send.',
      },
    },
  },
  tcpSocket: {
    type: 'object',
    description: 'A TCP connection that must be accepted.',
    required: ['port'],
    properties: { port },
  },
  grpc: {
    type: 'object',
    description: 'A call to grpc.health.v1.Health/Check that must return SERVING.',
    required: ['port'],
    properties: {
      port: { type: 'integer', ...portNumber, description: 'A port number; grpc takes no port name.' },
      service: {
        type: 'string',
        maxLength: longestGrpcService,
        description: 'The service to ask about. If not set: the server as a whole.',
      },
    },
  },
} as const;

/** An enum of one sentence, because the API server shows it to the author of an exec handler. */
const noExec = {
  'x-kubernetes-preserve-unknown-fields': true,
  description: 'Not allowed.',
  enum: [
    'nothing: write httpGet, tcpSocket or grpc (exec starts a process in the container for every check, and needs a program in every image)',
  ],
} as const;

export function handlerSchema(description: string): JsonObject {
  return {
    'x-kubernetes-preserve-unknown-fields': true,
    description,
    ...textOrObject,
    pattern: '^auto$',
    maxProperties: 1,
    anyOf: [{ enum: ['auto'] }, ...[...Object.keys(handlers), 'exec'].map((kind) => ({ required: [kind] }))],
    properties: { ...handlers, exec: noExec },
  };
}
