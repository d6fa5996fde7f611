// Every mistake in a policy's spec: its selectors, its settings, and contradictions among them.

import { graceAnnotation } from '../../names.ts';
import { closestWord } from '../../text/closest-word.ts';
import { isObject, type Json, type JsonObject } from '../../workload/json.ts';
import { kindByWord } from '../../workload/kinds/kind-words.ts';
import { either, isIntegerWithin, wholeNumberText } from '../fields.ts';
import { allowedKinds, closestKind, kindChoices, kindsPath } from '../kinds-setting.ts';
import { lockable } from '../locks.ts';
import type { PolicySection } from '../policy.ts';
import { fieldsOf, sections } from '../sections.ts';
import { namespaceSelectorBounds, tooMany, workloadSelectorBounds } from './bounds.ts';
import { contradictions } from './contradictions.ts';
import { type FieldError, type FieldKeys, fieldError, show, unknownKeys } from './field-error.ts';
import { fieldMistakes } from './field-value.ts';
import { selectorMistakes } from './label-selector.ts';

/** Of a ClusterRolloutPolicy; the higher one wins. */
export const priorityRange = { minimum: -1_000_000, maximum: 1_000_000 } as const;

const clusterKeys = ['priority', 'namespaceSelector', 'locked'];
const specKeys = ['priority', 'namespaceSelector', 'workloadSelector', 'locked', kindsPath, ...sections];

/** `kind`: of the document; anything but RolloutPolicy is validated as a ClusterRolloutPolicy. */
export function specMistakes(spec: Json | undefined, kind: Json | undefined): FieldError[] {
  const at = ['spec'];
  const isOwn = kind === 'RolloutPolicy';
  const keys = isOwn ? specKeys.filter((key) => !clusterKeys.includes(key)) : specKeys;
  if (!isObject(spec)) return [fieldError(at, show(spec), `an object with any of ${keys.join(', ')}`)];
  const { workloadSelector, kinds } = spec;
  return [
    // Each of the others has a sentence of its own.
    ...unknownKeys(spec, keys, at, isOwn ? clusterKeys : []),
    ...scopeMistakes(spec, kind),
    ...(workloadSelector === undefined
      ? []
      : selectorMistakes(workloadSelector, [...at, 'workloadSelector'], workloadSelectorBounds)),
    ...(kinds === undefined ? [] : kindsMistakes(kinds, [...at, kindsPath])),
    ...sections.flatMap((section) => sectionMistakes(spec[section], section)),
    ...contradictions(spec),
  ];
}

function scopeMistakes({ priority, namespaceSelector, locked }: JsonObject, kind: Json | undefined): FieldError[] {
  const [priorityAt, selectorAt, lockedAt] = [
    ['spec', 'priority'],
    ['spec', 'namespaceSelector'],
    ['spec', 'locked'],
  ] as const;
  if (kind === 'RolloutPolicy') {
    const ranks =
      'nothing (the RolloutPolicies of a namespace rank by name; only a ClusterRolloutPolicy has a priority)';
    const own = 'nothing (a RolloutPolicy applies to its own namespace; for several, write a ClusterRolloutPolicy)';
    return [
      ...(priority === undefined ? [] : [fieldError(priorityAt, show(priority), ranks)]),
      ...(namespaceSelector === undefined ? [] : [fieldError(selectorAt, show(namespaceSelector), own)]),
      ...(locked === undefined
        ? []
        : [fieldError(lockedAt, show(locked), 'nothing (only a ClusterRolloutPolicy locks)')]),
    ];
  }
  const { minimum, maximum } = priorityRange;
  const ranked = priority === undefined || isIntegerWithin(priority, minimum, maximum);
  return [
    ...(ranked ? [] : [fieldError(priorityAt, show(priority), wholeNumberText(minimum, maximum))]),
    ...(namespaceSelector === undefined
      ? []
      : selectorMistakes(namespaceSelector, selectorAt, namespaceSelectorBounds)),
    ...(locked === undefined ? [] : lockedMistakes(locked, lockedAt)),
  ];
}

function lockedMistakes(locked: Json, at: FieldKeys): FieldError[] {
  if (!Array.isArray(locked))
    return [fieldError(at, show(locked), 'a list of settings, such as [kinds, preStopSleep, rollingUpdate.maxSurge]')];
  const allowed = `a section (${either(sections)}), one of its fields, such as preStopSleep.seconds, or kinds`;
  if (locked.length > lockable.length) return [tooMany(locked, lockable.length, at)];
  return locked.flatMap((name: Json, index) => {
    const known = typeof name === 'string' && lockable.includes(name);
    if (known && locked.indexOf(name) === index) return [];
    if (known) return [fieldError([...at, index], show(name), 'each name once')];
    const suggestion = typeof name === 'string' ? closestLockable(name) : undefined;
    return [fieldError([...at, index], show(name), allowed, suggestion)];
  });
}

function kindsMistakes(kinds: Json, at: FieldKeys): FieldError[] {
  const known = kindChoices();
  if (!Array.isArray(kinds)) return [fieldError(at, show(kinds), allowedKinds())];
  if (kinds.length > known.length) return [tooMany(kinds, known.length, at)];
  return kinds.flatMap((kind: Json, index) => {
    const isKnown = typeof kind === 'string' && known.includes(kind);
    if (isKnown && kinds.indexOf(kind) === index) return [];
    if (isKnown) return [fieldError([...at, index], show(kind), 'each kind once')];
    return [unknownKind(kind, [...at, index])];
  });
}

function unknownKind(kind: Json, at: FieldKeys): FieldError {
  const allowed = either(kindChoices());
  if (typeof kind !== 'string') return fieldError(at, show(kind), allowed);
  const checked = kindByWord(kind)?.support === 'checked';
  return fieldError(at, show(kind), checked ? `${allowed} (this kind is only checked)` : allowed, closestKind(kind));
}

/** A field's name begins with that of its section, which would otherwise be the closest word. */
function closestLockable(name: string): string | undefined {
  const isField = name.includes('.');
  return closestWord(
    name,
    lockable.filter((one) => one.includes('.') === isField),
  );
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
