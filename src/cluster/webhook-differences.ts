// How an entry of a webhook configuration differs from what the chart writes. A test compares the constants with the chart.

import { systemNamespaces } from '../admission/skip.ts';
import { modeName } from '../names.ts';
import { listed } from '../text/list.ts';
import { truncateLine } from '../text/truncate.ts';
import { equal, isObject, type Json, type JsonObject, objectAt, objectsAt, own } from '../workload/json.ts';
import { patchableKinds } from '../workload/kinds/kinds.ts';
import { rulesFor, sendsKind } from './webhook-rules.ts';

/** grave: the webhook is called for what never opted in, or not as its mode says. notable: it may be on purpose. */
export interface Difference {
  readonly weight: 'grave' | 'changed' | 'notable';
  /** A clause, with the field. */
  readonly message: string;
}

export interface EntryOrigin {
  readonly mode: 'enforce' | 'audit';
  /** The namespace of the Service that is called; absent where a URL is. */
  readonly namespace: string | undefined;
}

const nameLabel = 'kubernetes.io/metadata.name';

/** `not-opted-out` and the like, by name. */
export const chartConditions: Readonly<Record<string, string>> = {
  stays: '!has(object.metadata.deletionTimestamp)',
  'not-opted-out':
    "object.metadata.?annotations[?'hitless.dev/mode'].orValue('') != 'off' || object.metadata.?annotations[?'hitless.dev/injected'].hasValue() || (oldObject != null && oldObject.metadata.?annotations[?'hitless.dev/injected'].hasValue())",
  'not-only-owners':
    'oldObject == null || object.?spec != oldObject.?spec || object.metadata.?annotations != oldObject.metadata.?annotations || object.metadata.?labels != oldObject.metadata.?labels || (object.metadata.?finalizers == oldObject.metadata.?finalizers && object.metadata.?ownerReferences == oldObject.metadata.?ownerReferences)',
};

/** The fields that no value of the chart changes. */
const fixedFields: Readonly<Record<string, Json>> = {
  matchPolicy: 'Equivalent',
  sideEffects: 'None',
  admissionReviewVersions: ['v1'],
};

export function differencesOf(entry: JsonObject, origin: EntryOrigin): readonly Difference[] {
  return [
    ...namespaceDifferences(entry, origin),
    ...ruleDifferences(entry),
    ...conditionDifferences(entry),
    ...pathDifferences(entry, origin),
    ...Object.entries(fixedFields).flatMap(([field, wanted]) => fieldDifferences(entry, field, wanted)),
    ...fieldDifferences({ objectSelector: objectAt(entry, 'objectSelector') }, 'objectSelector', {}),
  ];
}

function namespaceDifferences(entry: JsonObject, { mode, namespace }: EntryOrigin): readonly Difference[] {
  const selector = objectAt(entry, 'namespaceSelector');
  const requirements = objectsAt(selector, 'matchExpressions');
  const isMode = (one: JsonObject) =>
    one.key === modeName && one.operator === 'In' && equal(one.values as Json, [mode]);
  const isExclusion = (one: JsonObject) => one.key === nameLabel && one.operator === 'NotIn';
  const excluded = requirements.filter(isExclusion).flatMap(({ values }) => (Array.isArray(values) ? values : []));
  const homes = namespace === undefined ? [] : [namespace];
  const lacking = [...systemNamespaces, ...homes].filter((name) => !excluded.includes(name));
  const additional = [
    ...requirements.filter((one) => !isMode(one) && !isExclusion(one)),
    ...(own(selector, 'matchLabels') === undefined ? [] : [{ matchLabels: objectAt(selector, 'matchLabels') }]),
  ];
  return [
    ...(requirements.some(isMode)
      ? []
      : [{ weight: 'grave', message: `namespaceSelector no longer asks for the label ${modeName}=${mode}` } as const]),
    ...(lacking.length === 0
      ? []
      : [{ weight: 'changed', message: `namespaceSelector no longer excludes ${lacking.join(', ')}` } as const]),
    ...additional.map((one) => ({
      weight: isOfPlatform(one) ? ('notable' as const) : ('changed' as const),
      message: `namespaceSelector also asks for ${show(one)}`,
    })),
  ];
}

/** AKS adds these to every webhook that is not annotated admissions.enforcer/disabled. */
function isOfPlatform({ key }: JsonObject): boolean {
  return key === 'control-plane' || (typeof key === 'string' && key.startsWith('kubernetes.azure.com/'));
}

function ruleDifferences(entry: JsonObject): readonly Difference[] {
  const rules = objectsAt(entry, 'rules');
  const kinds = patchableKinds();
  const sent = kinds.filter((kind) => sendsKind(entry, kind));
  const others = kinds.filter((kind) => !sent.includes(kind)).map(({ kind }) => `${kind}s`);
  if (sent.length === 0 || !equal(rules, rulesFor(sent)))
    return [{ weight: 'changed', message: `rules are ${show(rules)}` }];
  if (others.length === 0) return [];
  const message = `rules do not send ${listed(others)}, as the value webhook.workloads would leave them out`;
  return [{ weight: 'notable', message }];
}

function conditionDifferences(entry: JsonObject): readonly Difference[] {
  const conditions = objectsAt(entry, 'matchConditions');
  const found = new Map(conditions.map(({ name, expression }) => [`${name}`, squeezed(`${expression}`)]));
  const ours = Object.entries(chartConditions).flatMap(([name, expression]): readonly Difference[] => {
    const there = found.get(name);
    if (there === expression) return [];
    return [{ weight: 'changed', message: `matchConditions ${there === undefined ? 'lacks' : 'has another'} ${name}` }];
  });
  const others = [...found.keys()].filter((name) => !Object.hasOwn(chartConditions, name));
  const more = others.map((name) => ({
    weight: 'notable' as const,
    message: `matchConditions also has ${name}, as the value webhook.matchConditions would write`,
  }));
  return [...ours, ...more];
}

function squeezed(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function pathDifferences(entry: JsonObject, { mode }: EntryOrigin): readonly Difference[] {
  const service = own(objectAt(entry, 'clientConfig'), 'service');
  if (!isObject(service) || service.path === `/mutate/${mode}`) return [];
  return [{ weight: 'grave', message: `clientConfig.service.path is ${show(service.path)}, not /mutate/${mode}` }];
}

function fieldDifferences(entry: JsonObject, field: string, wanted: Json): readonly Difference[] {
  const value = own(entry, field);
  return equal(value, wanted)
    ? []
    : [{ weight: 'changed', message: `${field} is ${show(value)}, not ${show(wanted)}` }];
}

function show(value: Json | undefined): string {
  return value === undefined ? 'absent' : truncateLine(JSON.stringify(value), 160);
}
