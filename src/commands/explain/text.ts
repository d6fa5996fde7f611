// The text of `hitless explain`: the policy field by field, the documents behind it, and what each rule does.

import type { Assessment } from '../../admission/assess.ts';
import type { IgnoredRule } from '../../admission/ignored-rules.ts';
import { objectTitle } from '../../lint/object-reference.ts';
import { severityStyle } from '../../lint/result.ts';
import { builtInOrigin, type ResolvedPolicy } from '../../policy/policy.ts';
import type { PolicyVerdict } from '../../policy/verdicts.ts';
import type { Finding } from '../../rules/finding.ts';
import { type Paint, paint, wrap } from '../../terminal/style.ts';
import { widest } from '../../terminal/table.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { count } from '../../text/count.ts';
import { visible } from '../../text/hidden.ts';
import { isObject, type Json } from '../../workload/json.ts';
import { pathText } from './data-path.ts';
import { type Explained, explainedFields } from './explained.ts';

interface Layout {
  readonly style: Paint;
  readonly width: number | undefined;
  /** Also built-in defaults, and every policy. */
  readonly all: boolean;
}

export function explainedText(explained: Explained, terminal: Terminal, all: boolean): string {
  const { object, place, mode, owner, skipped, assessment, policies, manifest } = explained;
  const layout = { style: paint(terminal.colour.out), width: terminal.width, all };
  const { style, width } = layout;
  const at = place === undefined ? '' : `  ${style('dim', visible(`${place.file}:${place.line}`))}`;
  const head = `${style('bold', visible(objectTitle(object)))}${at}\n`;
  if (assessment === undefined) {
    const told = manifest.map(({ line, column, message }) => `    ${line}:${column}  ${visible(message)}\n`).join('');
    return `${head}  The rules run once the manifest is fixed:\n${told}`;
  }
  const called = modeText([mode, assessment.onlyReported], width);
  const owned = owner === undefined ? '' : `  owner\n    ${wrap(visible(owner), 4, width)}\n`;
  const ignored = assessment.mistakes.map((message) => `  ${style('red', 'ignored')}  ${visible(message)}\n`).join('');
  const rules = skipped === undefined ? rulesText(assessment, layout) : `  Left alone: ${visible(skipped)}\n`;
  const path = skipped === undefined ? pathText(assessment, width) : '';
  const policy = `${policyText(assessment.policy, layout)}${policiesText(policies, layout)}`;
  return `${head}${called}${owned}${policy}${ignored}${path}${rules}`;
}

function modeText(sentences: readonly (string | undefined)[], width: number | undefined): string {
  const lines = sentences.flatMap((one) => (one === undefined ? [] : [`    ${wrap(visible(one), 4, width)}\n`]));
  return lines.length === 0 ? '' : `  mode\n${lines.join('')}`;
}

function policyText(policy: ResolvedPolicy, { style, all }: Layout): string {
  const fields = explainedFields(policy);
  const rows = fields
    .filter(({ origin }) => all || origin !== builtInOrigin)
    .map(({ field, value, origin }) => ({ field, value: shown(value), origin }));
  const width = { field: widest(rows.map(({ field }) => field)), value: widest(rows.map(({ value }) => value)) };
  const lines = rows.map(({ field, value, origin }) => {
    const from = origin === builtInOrigin ? style('dim', origin) : style('cyan', visible(origin));
    return `    ${field.padEnd(width.field)}  ${value.padEnd(width.value)}  ${from}\n`;
  });
  const folded = fields.length - rows.length;
  const others =
    rows.length === 0
      ? `all ${folded} fields have`
      : `${count(folded, 'other field')} ${folded === 1 ? 'has' : 'have'}`;
  const rest = folded === 0 ? '' : `    ${style('dim', `${others} the ${builtInOrigin} (--all)`)}\n`;
  return `  policy\n${lines.join('')}${rest}`;
}

function shown(value: Json): string {
  if (Array.isArray(value)) return visible(`[${value.join(', ')}]`);
  return visible(isObject(value) ? JSON.stringify(value) : String(value));
}

/** In a cluster with many teams most policies are about others. */
const mostOthers = 10;

function policiesText(policies: readonly PolicyVerdict[], { style, width, all }: Layout): string {
  if (policies.length === 0) return '';
  const others = policies.filter(({ applies }) => !applies);
  const left = all ? 0 : Math.max(0, others.length - mostOthers);
  const listed = policies.slice(0, policies.length - left);
  const longest = widest(listed.map(({ policy }) => visible(policy)));
  const lines = listed.map((verdict) => {
    const word = verdict.applies ? style('green', 'applies       ') : style('dim', 'does not match');
    const text = verdict.applies ? detailOf(verdict) : verdict.reasons.join('; ');
    const line = `    ${visible(verdict.policy).padEnd(longest)}  ${word}  ${wrap(visible(text), 4 + longest + 18, width)}`;
    return `${line.trimEnd()}\n`;
  });
  const more =
    left === 0 ? '' : `    ${style('dim', `and ${left} more that ${left === 1 ? 'does' : 'do'} not match (--all)`)}\n`;
  return `  policies, highest first\n${lines.join('')}${more}`;
}

/** Fields with one cause share a phrase. */
function detailOf({ fields, overridden, locks }: PolicyVerdict): string {
  const byCause = [...Map.groupBy(overridden, ({ by }) => by)];
  const phrases = byCause.map(([by, list]) => {
    const names = list.length === fields && fields > 1 ? 'every field' : list.map(({ field }) => field).join(', ');
    return `${names} overridden by ${by}`;
  });
  return [...(locks.length > 0 ? [`locks ${locks.join(', ')}`] : []), ...phrases].join('; ');
}

interface RuleLine {
  readonly rule: string;
  readonly word: string;
  readonly tone: Parameters<Paint>[0];
  readonly message: string;
}

function rulesText({ findings, ignored }: Assessment, { style, width }: Layout): string {
  const found = findings.map((finding) => {
    return { rule: finding.rule, word: wordOf(finding), tone: toneOf(finding), message: finding.message };
  });
  const all: readonly RuleLine[] = [...found, ...ignored.flatMap(ignoredRuleLines)];
  const rule = widest(all.map((one) => one.rule));
  const longest = widest(all.map(({ word }) => word));
  const lines = all.map((one) => {
    const message = wrap(visible(one.message), 4 + rule + 2 + longest + 2, width);
    return `    ${one.rule.padEnd(rule)}  ${style(one.tone, one.word.padEnd(longest))}  ${message}\n`;
  });
  return `  rules\n${lines.join('')}`;
}

/** Who ignores the rule and why, and what it would say. */
function ignoredRuleLines({ rule, origin, reason, findings }: IgnoredRule): readonly RuleLine[] {
  const said = findings.map((finding) => {
    return { rule, word: finding.kind === 'edit' ? 'would edit' : 'would report', message: finding.message };
  });
  const lines = [
    { rule, word: 'is ignored', message: `by ${origin}${reason === undefined ? ', without a reason' : `: ${reason}`}` },
    ...said,
  ];
  return lines.map((one) => ({ ...one, tone: 'dim' }));
}

/** Fine is what is there; for what is missing and stays so there is the reason. */
function wordOf(finding: Finding): string {
  if (finding.kind === 'fine') return finding.writesNothing ? 'writes nothing' : 'is fine';
  return finding.kind === 'edit' ? 'edits' : 'reports';
}

function toneOf(finding: Finding): Parameters<Paint>[0] {
  if (finding.kind !== 'fine') return severityStyle[finding.severity];
  return finding.writesNothing ? 'dim' : 'green';
}
