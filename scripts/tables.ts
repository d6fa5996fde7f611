// The tables of README and docs, made from the code. `node scripts/tables.ts` writes them; a test compares.

import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { contents } from '../src/commands/bundle/contents.ts';
import { configurationRows } from '../src/lint/configuration/rows.ts';
import { ignorePrefix } from '../src/names.ts';
import { annotations } from '../src/policy/annotations.ts';
import { allowedValues } from '../src/policy/fields.ts';
import { allowedKinds, defaultKinds, kindsDescription, kindsPath } from '../src/policy/kinds-setting.ts';
import { fieldsOf, sections } from '../src/policy/sections.ts';
import { type PathRow, pathRows } from '../src/rules/path-rows.ts';
import { rules } from '../src/rules/rules.ts';
import { metricRows } from '../src/server/metric-rows.ts';
import { settingRows } from '../src/settings/settings.ts';
import { certaintyResult, certaintyTable } from './certainty.ts';
import { gatewaysResult, gatewaysTable, retriesTable } from './gateways.ts';
import { kindRows } from './kind-rows.ts';
import { actionInputs, componentInputs, inputRows } from './pipeline-inputs.ts';
import {
  dataPlaneResults,
  kindsResult,
  kindsTable,
  labResult,
  lagPartsTable,
  leavingResult,
  leavingTable,
  resultsTable,
  summaryTable,
} from './results.ts';
import { valueRows } from './values.ts';

const root = new URL('../', import.meta.url);

/** Every page that may have a table of these, by its path from the root. */
export const pages: readonly string[] = globSync(['README.md', 'docs/**/*.md', 'charts/**/*.md'], {
  cwd: fileURLToPath(root),
}).toSorted();

export const tables: Readonly<Record<string, string>> = {
  rules: table(
    ['rule', 'what loses requests', 'what is written'],
    rules.map(({ id, title, writes = 'nothing, it only reports' }) => [`\`${id}\``, title, writes]),
  ),
  policy: table(
    ['field of `spec`', 'default', 'allowed', 'meaning'],
    [
      [`\`${kindsPath}\``, `\`[${defaultKinds.join(', ')}]\``, allowedKinds(), kindsDescription],
      ...sections.flatMap((section) =>
        Object.entries(fieldsOf(section)).map(([name, field]) => [
          `\`${section}.${name}\``,
          `\`${field.default}\``,
          allowedValues(field),
          field.description,
        ]),
      ),
    ],
  ),
  kinds: table(['kind', 'what hitless does'], kindRows()),
  annotations: table(
    ['annotation', 'allowed'],
    [
      ['`hitless.dev/mode`', '"off" or audit'],
      ...annotations.map(({ name, allowed }) => [`\`${name}\``, allowed]),
      [`\`${ignorePrefix}<rule>\``, 'why the [rule is ignored](#ignore-a-rule)'],
    ],
  ),
  paths: table(
    ['in front of the pods', 'recognised by', 'sleep', '`minReadySeconds`'],
    Object.values<PathRow>(pathRows).map(({ name, recognisedBy, seconds, enoughSeconds, minReadySeconds }) => [
      name,
      recognisedBy,
      `${seconds} s${enoughSeconds === undefined ? '' : `; about ${enoughSeconds} s were enough in practice`}`,
      minReadySeconds === undefined ? '' : `${minReadySeconds} s`,
    ]),
  ),
  bundle: table(
    ['what', 'permission'],
    contents.map(({ what, permission }) => [what, permission]),
  ),
  settings: table(
    ['flag', 'variable', 'default', 'meaning'],
    settingRows.map(({ flag, variable, default: fallback, description }) => [
      `\`${flag}\``,
      `\`${variable}\``,
      fallback === undefined ? '' : `\`${fallback}\``,
      description,
    ]),
  ),
  action: table(['input', 'default', 'meaning'], inputRows(actionInputs)),
  component: table(['input', 'default', 'meaning'], inputRows(componentInputs)),
  configuration: table(
    ['field', 'allowed', 'meaning'],
    configurationRows().map(({ path, allowed, meaning }) => [`\`${path}\``, allowed, meaning]),
  ),
  metrics: table(
    ['metric', 'labels', 'meaning'],
    Object.values(metricRows).map(({ name, labelNames, help }) => [`\`${name}\``, labelNames.join(', '), help]),
  ),
  results: resultsTable(labResult()),
  lossesByKind: kindsTable(kindsResult()),
  lossesByWayToLeave: leavingTable(leavingResult()),
  lagByPart: lagPartsTable(dataPlaneResults()),
  gateways: gatewaysTable(gatewaysResult()),
  certainty: certaintyTable(certaintyResult()),
  retries: retriesTable(gatewaysResult()),
  summary: summaryTable(labResult()),
  values: table(
    ['value', 'default', 'meaning'],
    valueRows.map(({ path, fallback, meaning }) => [`\`${path}\``, `\`${fallback}\``, meaning]),
  ),
};

/** `text` with every marked table as the code has it. */
export function withTables(text: string): string {
  return text.replace(
    /(<!-- table: (\w+) -->\n)[\s\S]*?(<!-- end -->)/g,
    (whole, start: string, name: string, end: string) =>
      tables[name] === undefined ? whole : `${start}\n${tables[name]}\n\n${end}`,
  );
}

export function writeTables(names = pages): void {
  for (const name of names) {
    const file = new URL(name, root);
    writeFileSync(file, withTables(readFileSync(file, 'utf8')));
  }
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

if (import.meta.main) writeTables();
