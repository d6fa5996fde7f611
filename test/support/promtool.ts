// promtool, where there is one, and the alerts of the chart as they were rendered.

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

const places = [process.env.PROMTOOL, 'promtool'];

/** Undefined where there is none. */
export const promtoolPath: string | undefined = places.find(
  (place) => place && spawnSync(place, ['--version']).status === 0,
);

export function promtool(cwd: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(promtoolPath ?? 'promtool', args, { cwd, encoding: 'utf8' });
  return { code: status, out: stdout + stderr };
}

export interface Alert {
  readonly alert: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

interface RuleGroup {
  readonly name: string;
  readonly rules: readonly Alert[];
}

/** The groups of the PrometheusRules in test/chart/everything-on, which other tests compare with what helm renders. */
export function renderedGroups(): readonly RuleGroup[] {
  const file = join(import.meta.dirname, '../chart/everything-on/expected.yaml');
  const documents = parseAllDocuments(readFileSync(file, 'utf8'), { version: '1.1' }).map((one) => one.toJS());
  return documents.filter((one) => one?.kind === 'PrometheusRule').flatMap(({ spec }) => spec.groups);
}
