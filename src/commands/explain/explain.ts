// `hitless explain`: the effective policy of a Deployment, each field with its source, and what each rule does with it.

import { type InputOptions, objectTitle, readInputs, reportProblems } from '../../lint/inputs.ts';
import { type Examined, examineAll } from '../../lint/lint.ts';
import { severityStyle } from '../../lint/result.ts';
import type { ResolvedPolicy } from '../../policy/policy.ts';
import { type Paint, paint, wrap } from '../../terminal/style.ts';
import { widest } from '../../terminal/table.ts';
import type { ExitCode, Terminal } from '../../terminal/terminal.ts';
import { visible, visibleJson } from '../../text/hidden.ts';
import { isObject, type Json } from '../../workload/json.ts';
import { kindNames } from '../../workload/kinds/kinds.ts';

export interface ExplainOptions extends InputOptions {
  readonly output: 'text' | 'json';
  /** `web` or `shop/web`: only Deployments with that name. */
  readonly name?: string;
}

/** 0, or 2 when something could not be read or no Deployment has the given name. */
export async function explain(
  paths: readonly string[],
  options: ExplainOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const inputs = await readInputs(paths, options, terminal);
  const all = examineAll(inputs, options.namespace);
  const { name } = options;
  const wanted = all.filter(
    ({ object }) => name === undefined || [object.name, `${object.namespace}/${object.name}`].includes(name),
  );
  if (options.output === 'json')
    terminal.out(`${visibleJson({ version: 1, deployments: wanted.map(asJson), problems: inputs.problems })}\n`);
  else terminal.out(wanted.map((one) => asText(one, terminal)).join('\n'));
  const code = reportProblems(inputs, terminal);
  if (wanted.length > 0 || all.length === 0) return code;
  terminal.err(`hitless explain: no ${kindNames()} is named ${visible(name ?? '')}; found ${visible(namesOf(all))}\n`);
  return 2;
}

function namesOf(all: readonly Examined[]): string {
  const names = all.slice(0, 10).map(({ object }) => `${object.namespace}/${object.name}`);
  return `${names.join(', ')}${all.length > 10 ? ', ...' : ''}`;
}

interface Field {
  readonly field: string;
  readonly value: Json;
  readonly origin: string;
}

function fieldsOf({ spec, origins }: ResolvedPolicy): readonly Field[] {
  return Object.entries(spec).flatMap(([section, fields]) =>
    Object.entries(fields).map(([name, value]) => {
      const field = `${section}.${name}`;
      return { field, value: value as Json, origin: origins[field] ?? 'built-in default' };
    }),
  );
}

function asJson({ document, object, diagnostics, skipped, assessment }: Examined) {
  return {
    file: document.file,
    ...document.position('metadata'),
    object,
    ...(skipped !== undefined && { skipped }),
    policy: assessment === undefined ? [] : fieldsOf(assessment.policy),
    ignored: assessment?.mistakes ?? [],
    rules: assessment?.findings ?? [],
    manifest: diagnostics
      .filter(({ rule }) => rule === 'manifest')
      .map(({ line, column, message }) => ({ line, column, message })),
  };
}

function asText({ document, object, diagnostics, skipped, assessment }: Examined, terminal: Terminal): string {
  const style = paint(terminal.colour.out);
  const place = `${document.file}:${document.position('metadata').line}`;
  const head = `${style('bold', visible(objectTitle(object)))}  ${style('dim', visible(place))}\n`;
  if (assessment === undefined) {
    const told = diagnostics
      .map(({ line, column, message }) => `    ${line}:${column}  ${visible(message)}\n`)
      .join('');
    return `${head}  The rules run once the manifest is fixed:\n${told}`;
  }
  const ignored = assessment.mistakes.map((message) => `  ${style('red', 'ignored')}  ${visible(message)}\n`).join('');
  const rules =
    skipped === undefined ? rulesText(assessment, style, terminal.width) : `  Left alone: ${visible(skipped)}\n`;
  return `${head}${policyText(assessment.policy, style)}${ignored}${rules}`;
}

function policyText(policy: ResolvedPolicy, style: Paint): string {
  const rows = fieldsOf(policy).map(({ field, value, origin }) => ({ field, value: shown(value), origin }));
  const width = { field: widest(rows.map(({ field }) => field)), value: widest(rows.map(({ value }) => value)) };
  const lines = rows.map(({ field, value, origin }) => {
    const from = origin === 'built-in default' ? style('dim', origin) : style('cyan', visible(origin));
    return `    ${field.padEnd(width.field)}  ${value.padEnd(width.value)}  ${from}\n`;
  });
  return `  policy\n${lines.join('')}`;
}

function shown(value: Json): string {
  return visible(isObject(value) || Array.isArray(value) ? JSON.stringify(value) : String(value));
}

function rulesText({ findings }: NonNullable<Examined['assessment']>, style: Paint, width: number | undefined): string {
  const rule = widest(findings.map((finding) => finding.rule));
  const lines = findings.map((finding) => {
    const word = { edit: 'edits', report: 'reports', fine: 'is fine' }[finding.kind];
    const tone = finding.kind === 'fine' ? 'green' : severityStyle[finding.severity];
    const message = wrap(visible(finding.message), 4 + rule + 2 + 7 + 2, width);
    return `    ${finding.rule.padEnd(rule)}  ${style(tone, word.padEnd(7))}  ${message}\n`;
  });
  return `  rules\n${lines.join('')}`;
}
