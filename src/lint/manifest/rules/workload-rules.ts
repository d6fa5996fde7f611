// What the API server refuses about a whole workload: its name, its strategy, and a selector that does not select its own pods.

import { isObject, type JsonObject, objectAt, own } from '../../../workload/json.ts';
import type { WorkloadKind } from '../../../workload/kinds/kind.ts';
import type { LabelSelector } from '../../../workload/kubernetes.ts';
import { getAt } from '../../../workload/path.ts';
import { matches } from '../../../workload/selector.ts';
import type { Workload } from '../../../workload/workload.ts';
import { dottedPath, type ManifestError, shortened } from '../mistake.ts';
import { dnsLabel, dnsSubdomain } from './names.ts';

export function workloadErrors(kind: WorkloadKind, workload: JsonObject): readonly ManifestError[] {
  return [...metadata(kind, workload), ...selection(kind, workload), ...violated(kind, workload)];
}

function metadata(kind: WorkloadKind, workload: JsonObject): readonly ManifestError[] {
  const found = objectAt(workload, 'metadata');
  const { name = '', generateName = '', namespace = '' } = found;
  const format = kind.namedAsLabel === true ? dnsLabel : dnsSubdomain;
  const wrong = (key: string, allowed: string | undefined): ManifestError[] =>
    allowed === undefined
      ? []
      : [
          {
            keys: ['metadata', key],
            message: `metadata.${key} ${shortened(`${found[key]}`)} is not allowed: ${allowed}`,
          },
        ];
  if (name === '' && generateName === '')
    return [
      {
        keys: ['metadata'],
        message: 'metadata has no name: the API server requires it',
        missing: ['name', 'metadata'],
      },
    ];
  return [
    ...wrong('name', name === '' ? undefined : format(`${name}`)),
    // Letters and digits follow, so that it may end with a hyphen.
    ...wrong('generateName', generateName === '' ? undefined : format(`${generateName}`.replace(/.-$/, 'a'))),
    ...wrong('namespace', namespace === '' ? undefined : dnsLabel(`${namespace}`)),
  ];
}

function selection(kind: WorkloadKind, workload: JsonObject): readonly ManifestError[] {
  // What selects pods whose template is elsewhere is compared with that.
  if (kind.selector === undefined || kind.templateElsewhere?.(workload as Workload) !== undefined) return [];
  const selector = getAt(workload, kind.selector);
  const keys = kind.selector.split('.');
  const labels = [...kind.template.split('.'), 'metadata', 'labels'];
  if (!isObject(selector)) return [];
  const isEmpty = Object.values(selector).every((part) => Object.keys(part ?? {}).length === 0);
  if (isEmpty)
    return [
      { keys, message: `${kind.selector} is empty: write the labels of the pods into matchLabels`, follows: [keys] },
    ];
  const found = own(objectAt(objectOf(getAt(workload, kind.template)), 'metadata'), 'labels');
  const given = objectOf(found) as Record<string, string>;
  if (matches(selector as LabelSelector, given)) return [];
  const [key, value] =
    Object.entries(objectAt(selector, 'matchLabels')).find(([name, one]) => own(given, name) !== one) ?? [];
  const wanted = key === undefined ? 'labels that match it' : `the label ${shortened(key)}: ${shortened(`${value}`)}`;
  const message = `${kind.selector} does not select these pods: write ${wanted} into ${dottedPath(labels)}, or correct the selector`;
  return [{ keys, message, follows: [keys, labels], missing: ['labels', 'metadata', 'template'] }];
}

function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

function violated(kind: WorkloadKind, workload: JsonObject): readonly ManifestError[] {
  return kind.violations(workload as Workload).map(({ path, message }) => {
    return { keys: path.split('.'), message: `${path}: ${message}`, follows: [path.split('.')] };
  });
}
