// The OpenAPI schema of both policy kinds for the API server, with CEL where fields must fit each other. Made from the table
// of fields; the rules of policy/validation/contradictions.ts for one document are repeated here with the same messages.
//
// It has no defaults: a field that is not set must stay unset, because a lower layer decides it.

import { policyApiVersion } from '../../names.ts';
import type { JsonObject } from '../../workload/json.ts';
import { kindPlurals } from '../../workload/kinds/kinds.ts';
import { allowedValues, type PolicyField, sectionTable } from '../fields.ts';
import { defaultKinds, kindChoices, kindsDescription } from '../kinds-setting.ts';
import { lockable } from '../locks.ts';
import { actions, type PolicyKind, type PolicySection } from '../policy.ts';
import { fieldsOf, sections } from '../sections.ts';
import { namespaceSelectorBounds, workloadSelectorBounds } from '../validation/bounds.ts';
import { priorityRange } from '../validation/spec.ts';
import { handlerSchema } from './handler.ts';
import { selectorSchema } from './selector.ts';
import { statusSchema } from './status.ts';

interface Rule extends JsonObject {
  readonly rule: string;
  readonly message: string;
  readonly messageExpression: string;
  readonly fieldPath: string;
}

/** For spec.versions[].schema.openAPIV3Schema of a CustomResourceDefinition. */
export function openApiSchema(kind: PolicyKind): JsonObject {
  const subject =
    kind === 'RolloutPolicy'
      ? `How to keep rolling updates of the ${kindPlurals()} in this namespace from losing requests.`
      : `How to keep rolling updates of the ${kindPlurals()} in the selected namespaces from losing requests.`;
  return {
    type: 'object',
    description: `${subject} A field that is not set is taken from the next lower policy, and finally from the built-in one.`,
    properties: {
      apiVersion: { type: 'string', description: policyApiVersion },
      kind: { type: 'string', description: kind },
      metadata: { type: 'object' },
      spec: specSchema(kind),
      status: statusSchema,
    },
  };
}

function specSchema(kind: PolicyKind): JsonObject {
  return {
    type: 'object',
    description: 'Which workloads the policy applies to, and what it sets.',
    properties: {
      ...(kind === 'ClusterRolloutPolicy' ? scope : {}),
      workloadSelector: selectorSchema(
        `Labels of the ${kindPlurals()} that the policy applies to. If not set: all.`,
        workloadSelectorBounds,
      ),
      kinds: kindsSchema(),
      ...Object.fromEntries(sections.map((section) => [section, sectionSchema(section)])),
    },
  };
}

const scope: JsonObject = {
  priority: {
    type: 'integer',
    ...priorityRange,
    description: 'The policy with the higher priority wins; among equals, the first by name. If not set: 0.',
  },
  namespaceSelector: selectorSchema(
    'Labels of the namespaces that the policy applies to. If not set: every namespace that has opted in.',
    namespaceSelectorBounds,
  ),
  locked: {
    type: 'array',
    items: { type: 'string', enum: [...lockable] },
    maxItems: lockable.length,
    'x-kubernetes-list-type': 'set',
    description:
      'What RolloutPolicies and annotations may not override: sections, single fields such as preStopSleep.seconds, and kinds. Opting out by hitless.dev/mode stays possible.',
  },
};

function kindsSchema(): JsonObject {
  const known = kindChoices();
  return {
    type: 'array',
    items: { type: 'string', enum: [...known] },
    maxItems: known.length,
    'x-kubernetes-list-type': 'set',
    description: `${kindsDescription} Allowed: ${known.join(', ')}. Built-in: ${defaultKinds.join(', ')}.`,
  };
}

function sectionSchema(section: PolicySection): JsonObject {
  const fields = Object.entries(fieldsOf(section)).map(([name, field]) => [name, fieldSchema(field)]);
  const rules = rulesOf[section];
  return {
    type: 'object',
    description: sectionTable[section].title,
    properties: Object.fromEntries(fields),
    ...(rules === undefined ? {} : { 'x-kubernetes-validations': rules }),
  };
}

function fieldSchema(field: PolicyField): JsonObject {
  const said = `${field.description} Allowed: ${allowedValues(field)}. Built-in: ${field.default}.`;
  if (field.kind === 'handler') return handlerSchema(said);
  if (field.kind === 'integer') {
    return { type: 'integer', minimum: field.minimum, maximum: field.maximum, description: said };
  }
  if (field.kind === 'int-or-word') return wordSchema(field, said);
  if (field.kind === 'int-or-percent') return percentSchema(field, said);
  if (field.kind === 'choice') return { type: 'string', enum: field.choices, description: said };
  return actionSchema(said);
}

/** No type, because kubectl reads an unquoted off as the boolean false. CEL cannot see such a field. */
function actionSchema(description: string): JsonObject {
  return { 'x-kubernetes-preserve-unknown-fields': true, enum: [...actions, false], description };
}

function wordSchema(field: PolicyField & { readonly kind: 'int-or-word' }, description: string): JsonObject {
  const { minimum, maximum, word } = field;
  return {
    'x-kubernetes-int-or-string': true,
    minimum,
    maximum,
    maxLength: longestWord,
    description,
    'x-kubernetes-validations': [
      { rule: `type(self) == int || self == '${word}'`, message: `allowed: ${allowedValues(field)}` },
    ],
  };
}

/** The cost of a CEL rule is estimated by it. */
const longestWord = 10;

function percentSchema(field: PolicyField & { readonly kind: 'int-or-percent' }, description: string): JsonObject {
  const percentage = `self.matches('^[0-9]{1,6}%$') && int(self.replace('%', '')) <= ${field.maximumPercent}`;
  return {
    'x-kubernetes-int-or-string': true,
    minimum: 0,
    maximum: 2_147_483_647,
    // six digits and the sign
    maxLength: 7,
    description,
    'x-kubernetes-validations': [
      { rule: `type(self) == int || (${percentage})`, message: `allowed: ${allowedValues(field)}` },
    ],
  };
}

const isZero = (field: string) =>
  `has(self.${field}) && (self.${field} == 0 || (type(self.${field}) == string && self.${field}.matches('^0+%$')))`;

const noPodMoves =
  'allowed: at least 1 or 1%% while maxUnavailable is %s: with both zero no pod could ever be replaced';

/**
 * Whether the sleep counts towards maximumSeconds depends on its action, which CEL cannot see: that part of the rule is left to
 * our own validation.
 */
const rulesOf: { readonly [S in PolicySection]?: readonly Rule[] } = {
  preStopSleep: [
    {
      rule: '!has(self.seconds) || !has(self.minimumSeconds) || type(self.seconds) != int || self.minimumSeconds <= self.seconds',
      messageExpression:
        "'found %d; allowed: at most preStopSleep.seconds, which is %d'.format([self.minimumSeconds, self.seconds])",
      message: 'allowed: at most preStopSleep.seconds',
      fieldPath: '.minimumSeconds',
    },
  ],
  terminationGracePeriod: [
    {
      rule: '!has(self.drainSeconds) || !has(self.maximumSeconds) || self.drainSeconds <= self.maximumSeconds',
      messageExpression:
        "'found %d; allowed: at least drainSeconds (%d) and preStopSleep.seconds together'.format([self.maximumSeconds, self.drainSeconds])",
      message: 'allowed: at least drainSeconds and preStopSleep.seconds together',
      fieldPath: '.maximumSeconds',
    },
  ],
  rollingUpdate: [
    {
      rule: `!(${isZero('maxUnavailable')}) || !(${isZero('maxSurge')})`,
      messageExpression: `('found ' + (type(self.maxSurge) == string ? '"%s"' : '%s') + '; ${noPodMoves}').format([self.maxSurge, self.maxUnavailable])`,
      message: noPodMoves.replace('%s', 'zero').replace('%%', '%'),
      fieldPath: '.maxSurge',
    },
  ],
};
