// The OpenAPI schema of a label selector, with the rules of label-selector.ts.

import type { JsonObject } from '../workload/json.ts';
import { allowedNames } from './names.ts';

/** Go's RE2 has no look-ahead, and the API server finds a pattern anywhere in a text: hence the anchors. */
const labelNamePattern = '[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?';
const dnsLabelPattern = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const dnsNamePattern = `${dnsLabelPattern}(\\.${dnsLabelPattern})*`;

export const labelKey = {
  type: 'string',
  description: `${allowedNames.labelKey}.`,
  pattern: `^(${dnsNamePattern}/)?${labelNamePattern}$`,
  allOf: [{ pattern: '^([^/]{1,253}/)?[^/]+$' }],
} as const satisfies JsonObject;

export const labelValue = {
  type: 'string',
  maxLength: 63,
  pattern: `^(${labelNamePattern})?$`,
} as const satisfies JsonObject;

const takesValues = "self.operator in ['In', 'NotIn']";
const hasValues = 'has(self.values) && size(self.values) > 0';

const requirement = {
  type: 'object',
  description: 'One requirement; all of them must hold.',
  required: ['key', 'operator'],
  properties: {
    key: labelKey,
    operator: {
      type: 'string',
      enum: ['In', 'NotIn', 'Exists', 'DoesNotExist'],
      description: 'How key and values relate.',
    },
    values: {
      type: 'array',
      items: labelValue,
      'x-kubernetes-list-type': 'atomic',
      description: 'Label values: at least one with In and NotIn, none with Exists and DoesNotExist.',
    },
  },
  'x-kubernetes-validations': [
    {
      rule: `!(${takesValues}) || (${hasValues})`,
      messageExpression: "'allowed: a list of at least one label value with operator ' + self.operator",
      message: 'allowed: a list of at least one label value with operators In and NotIn',
      fieldPath: '.values',
    },
    {
      rule: `${takesValues} || !(${hasValues})`,
      messageExpression: "'allowed: no values with operator ' + self.operator",
      message: 'allowed: no values with operators Exists and DoesNotExist',
      fieldPath: '.values',
    },
  ],
} as const satisfies JsonObject;

/** The keys of matchLabels cannot be judged here: OpenAPI has no word for them, and CEL no bound for their length. */
export function selectorSchema(description: string): JsonObject {
  return {
    type: 'object',
    description,
    properties: {
      matchLabels: {
        type: 'object',
        additionalProperties: labelValue,
        description: 'Labels that must be there, with these values.',
      },
      matchExpressions: {
        type: 'array',
        items: requirement,
        'x-kubernetes-list-type': 'atomic',
        description: 'Requirements on labels.',
      },
    },
  };
}
