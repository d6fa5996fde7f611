// The OpenAPI schema of a label selector, with the rules of policy/validation/label-selector.ts.

import type { JsonObject } from '../../workload/json.ts';
import { longestLabelKey, type SelectorBounds } from '../validation/bounds.ts';
import { allowedNames } from '../validation/names.ts';

/** Go's RE2 has no look-ahead, and the API server matches a pattern anywhere in a string: hence the anchors. */
const labelNamePattern = '[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?';
const dnsLabelPattern = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const dnsNamePattern = `${dnsLabelPattern}(\\.${dnsLabelPattern})*`;

export const labelKey = {
  type: 'string',
  description: `${allowedNames.labelKey}.`,
  maxLength: longestLabelKey,
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

const requirement = ({ values }: SelectorBounds) =>
  ({
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
        maxItems: values,
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
  }) as const satisfies JsonObject;

const keysAreShort: JsonObject = {
  rule: `self.all(key, size(key) <= ${longestLabelKey})`,
  message: `allowed: keys of at most ${longestLabelKey} characters`,
};

/** The syntax of keys in matchLabels cannot be validated here: OpenAPI has no keyword for it, and in CEL a pattern costs too much. */
export function selectorSchema(description: string, bounds: SelectorBounds): JsonObject {
  return {
    type: 'object',
    description,
    properties: {
      matchLabels: {
        type: 'object',
        additionalProperties: labelValue,
        maxProperties: bounds.labels,
        'x-kubernetes-validations': [keysAreShort],
        description: 'Labels that must be present with these values.',
      },
      matchExpressions: {
        type: 'array',
        items: requirement(bounds),
        maxItems: bounds.expressions,
        'x-kubernetes-list-type': 'atomic',
        description: 'Requirements on labels.',
      },
    },
  };
}
