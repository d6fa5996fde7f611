// Reads the settings of `hitless serve` from flags and environment: the only reader of the environment but for a pod's name in commands/test-app/test-app.ts.

import { closestWord } from '../text/closest-word.ts';
import type { ServeSetting } from './setting.ts';
import { settingTable } from './table.ts';

export type { ListenAddress } from './values.ts';

type Table = typeof settingTable;
type Parsed<R> = R extends { parse: (text: string) => infer T | undefined } ? T : never;
type Value<R> = R extends { default: string } ? Parsed<R> : Parsed<R> | undefined;
export type Settings = { readonly [K in keyof Table]: Value<Table[K]> };

/** The rows, for help texts and documentation; `name` is the key under which a command-line parser hands over the flag. */
export const settingRows: readonly (ServeSetting<unknown> & { readonly name: string })[] = Object.entries(
  settingTable,
).map(([name, row]) => ({ name, ...row }));

/** Flags as given, by row name. */
export type Flags = Readonly<Record<string, string | true | undefined>>;

export interface SettingsReading {
  /** Only when there are no mistakes. */
  readonly settings?: Settings;
  /** What prevents the start, one sentence each, all together. */
  readonly mistakes: readonly string[];
  readonly warnings: readonly string[];
}

/** A flag wins over its variable, an empty variable counts as absent. */
export function readSettings(flags: Flags, environment: NodeJS.ProcessEnv = process.env): SettingsReading {
  const mistakes: string[] = [];
  const settings: Record<string, unknown> = {};
  const given = new Set<string>();
  for (const row of settingRows) {
    const found = find(row, flags, environment);
    settings[row.name] = found && row.parse(found.text);
    if (found !== undefined && found.source !== 'default' && found.text !== 'false') given.add(row.name);
    if (found !== undefined && settings[row.name] === undefined) {
      mistakes.push(`${found.source} must be ${row.allowed}, found ${JSON.stringify(found.text)}`);
    }
  }
  mistakes.push(...settingRows.flatMap((row) => misfits(row, given)));
  const warnings = unknownVariables(environment);
  return mistakes.length > 0 ? { mistakes, warnings } : { settings: settings as Settings, mistakes, warnings };
}

/** Conflicts of this row with the others. */
function misfits(row: (typeof settingRows)[number], given: ReadonlySet<string>): string[] {
  const others = (names: readonly string[] = []) => settingRows.filter(({ name }) => names.includes(name));
  if (!given.has(row.name))
    return row.requiredUnless === undefined || given.has(row.requiredUnless) ? [] : [missing(row)];
  const excluded = others(row.conflictsWith).filter(({ name }) => given.has(name));
  const lacking = others(row.requires).filter(({ name }) => !given.has(name));
  return [
    ...excluded.map((other) => `${bothNames(row)} cannot be used with ${bothNames(other)}: give one of them`),
    ...lackingOne(others(row.requiresOne), given).map((ones) => `${bothNames(row)} requires ${ones}: set one of them`),
    ...lacking.map((other) => `${bothNames(row)} requires ${bothNames(other)}: set it to ${other.allowed}`),
  ];
}

function lackingOne(rows: readonly ServeSetting<unknown>[], given: ReadonlySet<string>): string[] {
  const found =
    rows.length === 0 || settingRows.some((row) => given.has(row.name) && rows.some(({ flag }) => flag === row.flag));
  return found ? [] : [rows.map(bothNames).join(' or ')];
}

function missing(row: ServeSetting<unknown>): string {
  return `${bothNames(row)} is missing: set it to ${row.allowed}`;
}

function bothNames(row: ServeSetting<unknown>): string {
  return `${flagName(row)} (or ${row.variable})`;
}

/** The variables that select a cluster: they belong to Kubernetes, not to hitless. */
export function clusterEnvironment(environment: NodeJS.ProcessEnv = process.env) {
  const { KUBECONFIG, KUBERNETES_SERVICE_HOST, KUBERNETES_SERVICE_PORT } = environment;
  return { kubeconfig: KUBECONFIG, serviceHost: KUBERNETES_SERVICE_HOST, servicePort: KUBERNETES_SERVICE_PORT };
}

function find(row: (typeof settingRows)[number], flags: Flags, environment: NodeJS.ProcessEnv) {
  const flag = flags[row.name];
  if (flag !== undefined) return { text: String(flag), source: flagName(row) };
  const variable = environment[row.variable];
  if (variable !== undefined && variable !== '') return { text: variable, source: row.variable };
  return row.default === undefined ? undefined : { text: row.default, source: 'default' };
}

function flagName(row: ServeSetting<unknown>): string {
  return row.flag.replace(/ .*/, '');
}

// Kubernetes writes variables for every Service of the namespace: one named hitless-webhook gives
// HITLESS_WEBHOOK_SERVICE_HOST, HITLESS_WEBHOOK_PORT_443_TCP and more. They are not settings, and not mistakes.
const serviceLink = /_SERVICE_(?:HOST|PORT)(?:_|$)|_PORT(?:_\d{1,5}_(?:TCP|UDP|SCTP)|$)/;

const prefix = 'HITLESS_';

function unknownVariables(environment: NodeJS.ProcessEnv): string[] {
  const known = settingRows.map((row) => row.variable);
  return Object.keys(environment)
    .filter((name) => name.startsWith(prefix) && !known.includes(name) && !serviceLink.test(name))
    .map((name) => {
      const near = closestWord(
        name.slice(prefix.length),
        known.map((variable) => variable.slice(prefix.length)),
      );
      const hint = near === undefined ? `the known ones are ${known.join(', ')}` : `did you mean ${prefix}${near}?`;
      return `the environment variable ${name} is unknown and has no effect: ${hint}`;
    });
}
