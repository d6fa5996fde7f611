// The sections of a policy, read from the table of fields.

import { type PolicyField, sectionTable } from './fields.ts';
import { kindsPath } from './kinds-setting.ts';
import type { PartialSpec, PolicySection, PolicySpec } from './policy.ts';

export const sections = Object.keys(sectionTable) as readonly PolicySection[];

/** The fields of one section by name. */
export function fieldsOf(section: PolicySection): Readonly<Record<string, PolicyField>> {
  return sectionTable[section].fields;
}

/** The paths of what a document sets: `kinds`, `preStopSleep.seconds`. */
export function settingsIn(spec: PartialSpec): readonly string[] {
  const fields = sections.flatMap((section) => Object.keys(spec[section] ?? {}).map((field) => `${section}.${field}`));
  return spec.kinds === undefined ? fields : [kindsPath, ...fields];
}

/** The policy that applies without documents and annotations. A fresh copy. */
export function builtInSpec(): PolicySpec {
  const entries = sections.map((section) => [section, defaultsOf(section)]);
  // The table has a default of the right type for every required field, so the entries form a PolicySpec.
  return Object.fromEntries(entries) as PolicySpec;
}

function defaultsOf(section: PolicySection): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fieldsOf(section)).map(([name, field]) => [name, field.default]));
}
