// The OpenAPI schema of a policy's status, which hitless writes and nobody else.

import type { JsonObject } from '../../workload/json.ts';

/** As in every Kubernetes API. */
export const longestMessage = 32_768;

const count = (description: string) => ({ type: 'integer', format: 'int32', minimum: 0, description });
const generation = (description: string) => ({ type: 'integer', format: 'int64', minimum: 0, description });

const condition = {
  type: 'object',
  required: ['type', 'status', 'lastTransitionTime', 'reason', 'message'],
  properties: {
    type: { type: 'string', maxLength: 316, description: 'Accepted or Effective.' },
    status: { type: 'string', enum: ['True', 'False', 'Unknown'], description: 'True, False or Unknown.' },
    observedGeneration: generation('The generation of the policy that the condition is about.'),
    lastTransitionTime: { type: 'string', format: 'date-time', description: 'When the status last changed.' },
    reason: { type: 'string', minLength: 1, maxLength: 1_024, description: 'The reason as one word.' },
    message: { type: 'string', maxLength: longestMessage, description: 'The reason as a sentence.' },
  },
} as const satisfies JsonObject;

export const statusSchema = {
  type: 'object',
  description: 'What hitless found about the policy; updated within about a minute.',
  properties: {
    observedGeneration: generation('The generation of the policy that the status is about.'),
    matchedNamespaces: count('How many of the namespaces that the policy selects have opted in.'),
    matchedWorkloads: count('How many workloads the policy selects in them.'),
    matched: {
      type: 'array',
      description: 'The selected workloads by kind.',
      items: {
        type: 'object',
        required: ['kind', 'count'],
        properties: {
          kind: { type: 'string', description: 'The kind, such as Deployment.' },
          count: count('How many workloads of the kind.'),
        },
      },
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['kind'],
    },
    conditions: {
      type: 'array',
      description:
        'Accepted: the policy is valid and in use. Effective: at least one workload takes something from it.',
      items: condition,
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['type'],
    },
  },
} as const satisfies JsonObject;
