// Every mistake in a policy's spec: its selectors, its settings, and contradictions among them.

import { graceAnnotation } from '../../names.ts';
import { isObject, type Json, type JsonObject } from '../../workload/json.ts';
import { isIntegerWithin, wholeNumberText } from '../fields.ts';
import type { PolicySection } from '../policy.ts';
import { fieldsOf, sections } from '../sections.ts';
import { namespaceSelectorBounds, workloadSelectorBounds } from './bounds.ts';
import { contradictions } from './contradictions.ts';
import { type FieldError, type FieldKeys, fieldError, show, unknownKeys } from './field-error.ts';
import { fieldMistakes } from './field-value.ts';
import { selectorMistakes } from './label-selector.ts';

/** Of a ClusterRolloutPolicy; the higher one wins. */
export const priorityRange = { minimum: -1_000_000, maximum: 1_000_000 } as const;

const specKeys = ['priority', 'namespaceSelector', 'workloadSelector', ...sections];

/** `kind`: of the document; anything but RolloutPolicy is validated as a ClusterRolloutPolicy. */
export function specMistakes(spec: Json | undefined, kind: Json | undefined): FieldError[] {
  const at = ['spec'];
  if (!isObject(spec)) return [fieldError(at, show(spec), `an object with any of ${specKeys.join(', ')}`)];
  const { workloadSelector } = spec;
  return [
    ...unknownKeys(spec, specKeys, at),
    ...scopeMistakes(spec, kind),
    ...(workloadSelector === undefined
      ? []
      : selectorMistakes(workloadSelector, [...at, 'workloadSelector'], workloadSelectorBounds)),
    ...sections.flatMap((section) => sectionMistakes(spec[section], section)),
    ...contradictions(spec),
  ];
}

function scopeMistakes({ priority, namespaceSelector }: JsonObject, kind: Json | undefined): FieldError[] {
  const [priorityAt, selectorAt] = [
    ['spec', 'priority'],
    ['spec', 'namespaceSelector'],
  ] as const;
  if (kind === 'RolloutPolicy') {
    const ranks =
      'nothing (the RolloutPolicies of a namespace rank by name; only a ClusterRolloutPolicy has a priority)';
    const own = 'nothing (a RolloutPolicy applies to its own namespace; for several, write a ClusterRolloutPolicy)';
    return [
      ...(priority === undefined ? [] : [fieldError(priorityAt, show(priority), ranks)]),
      ...(namespaceSelector === undefined ? [] : [fieldError(selectorAt, show(namespaceSelector), own)]),
    ];
  }
  const { minimum, maximum } = priorityRange;
  const ranked = priority === undefined || isIntegerWithin(priority, minimum, maximum);
  return [
    ...(ranked ? [] : [fieldError(priorityAt, show(priority), wholeNumberText(minimum, maximum))]),
    ...(namespaceSelector === undefined
      ? []
      : selectorMistakes(namespaceSelector, selectorAt, namespaceSelectorBounds)),
  ];
}

function sectionMistakes(section: Json | undefined, name: PolicySection): FieldError[] {
  if (section === undefined) return [];
  const at = ['spec', name];
  const fields = fieldsOf(name);
  const known = Object.keys(fields);
  if (!isObject(section)) return [fieldError(at, show(section), `an object with any of ${known.join(', ')}`)];
  const annotationOnly = name === 'terminationGracePeriod' ? ['seconds'] : [];
  const values = Object.entries(fields).flatMap(([key, field]) => {
    const value = section[key];
    return value === undefined ? [] : fieldMistakes(value, field, [...at, key]);
  });
  return [
    ...annotationOnly
      .filter((key) => Object.hasOwn(section, key))
      .map((key) => wholePeriod(section[key], [...at, key])),
    ...unknownKeys(section, known, at, annotationOnly),
    ...values,
  ];
}

function wholePeriod(value: Json | undefined, at: FieldKeys): FieldError {
  return fieldError(
    at,
    show(value),
    `nothing (write drainSeconds; only the annotation ${graceAnnotation} sets the whole period)`,
  );
}
