// The output of `audit` for people: by namespace and workload, or by rule.

import type { JudgedWorkload } from '../../lint/diagnostic.ts';
import { ignoredLine, ignoredSentence, withoutIgnored } from '../../lint/ignored.ts';
import { countByKind, nameInNamespace, shortTitle } from '../../lint/object-reference.ts';
import { type Detail, type DetailFlags, detailOf, moreLine } from '../../lint/reporters/detail.ts';
import { groupedBlocks } from '../../lint/reporters/grouped.ts';
import { isShown, objectText } from '../../lint/reporters/object-text.ts';
import { errorsToDo, notesToDo, ruleTable, type ToDo } from '../../lint/reporters/rule-table.ts';
import { notJudgedText, tally } from '../../lint/reporters/text.ts';
import { trialBlocks } from '../../lint/reporters/trial-text.ts';
import { type Paint, paint, type TextLayout, wrap } from '../../terminal/style.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { visible } from '../../text/hidden.ts';
import { listed } from '../../text/list.ts';
import { type AuditResult, byNamespace, diagnosticsOf, ignoredCount, whereOf } from './result.ts';
import { type ClusterReach, withdrawCommand } from './withdraw-command.ts';

/** How the findings of a cluster are shown. */
export interface ClusterDetail extends DetailFlags, ClusterReach {
  readonly detail: Detail;
  /** Whether it is one of several clusters. */
  readonly isOneOfSeveral?: true;
}

export function auditText(result: AuditResult, terminal: Terminal, flags: DetailFlags & ClusterReach = {}): string {
  const { deployments } = result;
  const detail = detailOf(flags, deployments.length);
  return clusterText(result, terminal, { ...flags, detail }, moreLines(deployments, detail, flags));
}

/** `more`: lines below the one with the numbers. */
export function clusterText(result: AuditResult, terminal: Terminal, shown: ClusterDetail, more = ''): string {
  const { namespaces } = result;
  const layout = { style: paint(terminal.colour.out), width: terminal.width };
  const blocks = { full: namespaceBlocks, grouped: ruleBlocks, table: tableBlock }[shown.detail](result, layout, shown);
  const summary = namespaces.length === 0 ? '' : `${numbersLine(result, layout.style, shown)}\n${more}`;
  const rest = notJudgedText(result.notJudged, shown.verbose, layout.style);
  const left = leftBehind(result, layout, shown);
  const tried = result.trial === undefined ? [] : trialBlocks(result.trial, layout, shown.detail);
  const all = terminal.quiet ? [...blocks, left, ...tried] : [...blocks, summary, left, rest, ...tried];
  return all.filter((block) => block !== '').join('\n');
}

/** `3 Deployments in 1 namespace: 2 warnings.`, and who writes the edits, which is said once for several clusters. */
export function numbersLine(
  result: AuditResult,
  style: Paint,
  { isOneOfSeveral }: Pick<ClusterDetail, 'isOneOfSeveral'> = {},
): string {
  const { deployments, isCalled } = result;
  const objects = countByKind(deployments.map(({ object }) => object));
  const hint = isCalled && !isOneOfSeveral ? hintOf(deployments) : '';
  return `${objects} ${whereOf(result)}: ${tallyOf(deployments, style)}.${hint}`;
}

/** What else can be shown. */
export function moreLines(deployments: AuditResult['deployments'], detail: Detail, flags: DetailFlags): string {
  const more = deployments.some(({ diagnostics }) => diagnostics.length > 0)
    ? moreLine(detail, deployments.length)
    : '';
  return `${more}${ignoredLine(ignoredCount(deployments), flags.showIgnored)}`;
}

/** With a space before it; empty without edits. */
export function hintOf(deployments: AuditResult['deployments']): string {
  const warned = deployments.filter(({ diagnostics }) => diagnostics.some(({ severity }) => severity === 'warning'));
  const reported = warned.filter(({ onlyReported }) => onlyReported !== undefined);
  const written =
    warned.length === reported.length
      ? ''
      : ' In namespaces that enforce, hitless writes what the warnings ask for; in pod templates, at their next change.';
  if (reported.length === 0) return written;
  const kinds = [...new Set(reported.map(({ object }) => `${object.kind}s`))];
  return `${written} ${listed(kinds)} are only reported until kinds of a policy names them.`;
}

function namespaceBlocks(
  { namespaces, deployments }: AuditResult,
  layout: TextLayout,
  { showIgnored }: DetailFlags,
): readonly string[] {
  const { style } = layout;
  const grouped = byNamespace(deployments);
  return namespaces.flatMap((namespace) => {
    const own = grouped.get(namespace.name) ?? [];
    const told = (showIgnored ? own : own.map(withoutIgnored)).filter(isShown);
    if (told.length === 0) return [];
    const head = `${style(['bold', 'underline'], visible(namespace.name))}  ${style('dim', modeWords[namespace.mode])}  ${tallyOf(own, style)}`;
    const objects = told.map((one) => objectText({ ...one, title: nameInNamespace(one.object) }, layout));
    return [`${head}\n${objects.join('')}`];
  });
}

export function toDoOf({ deployments, isCalled }: AuditResult): ToDo {
  const isMixed = deployments.some(({ onlyReported }) => onlyReported !== undefined);
  const warning = isCalled
    ? `hitless writes these edits in namespaces that enforce${isMixed ? ', for the kinds that a policy names' : ''}`
    : 'hitless would write these edits in namespaces that enforce, but nothing calls it';
  return { error: errorsToDo, warning, note: notesToDo(diagnosticsOf(deployments)) };
}

function ruleBlocks(result: AuditResult, layout: TextLayout, { showIgnored }: DetailFlags): readonly string[] {
  const placed = result.deployments.map((one) => ({ ...one, place: shortTitle(one.object) }));
  const found = placed.flatMap(({ diagnostics, place }) => diagnostics.map((one) => ({ ...one, place })));
  const leftAlone = placed.flatMap(({ skipped, place }) =>
    skipped === undefined ? [] : [{ message: skipped, place }],
  );
  const shown = showIgnored ? placed : [];
  const ignored = shown.flatMap(({ ignored: own = [], place }) =>
    own.map((one) => ({ message: ignoredSentence(one), place })),
  );
  return groupedBlocks({ found, leftAlone, ignored }, toDoOf(result), layout);
}

function tableBlock(result: AuditResult, { style }: TextLayout): readonly string[] {
  return [ruleTable(result.deployments, toDoOf(result), style)];
}

const mostNames = 10;

function leftBehind({ leftovers, isCalled }: AuditResult, { style, width }: TextLayout, reach: ClusterReach): string {
  if (leftovers.length === 0) return '';
  const byNamespace = [...Map.groupBy(leftovers, ({ namespace }) => namespace)];
  const lines = byNamespace.map(([namespace, own]) => {
    const names = own.slice(0, mostNames).map(nameInNamespace);
    const more = own.length > mostNames ? `, and ${own.length - mostNames} more` : '';
    return `  ${style('bold', visible(namespace))}  ${visible(names.join(', '))}${more}\n`;
  });
  const title = style('yellow', `${countByKind(leftovers)} with injections where the webhook is not called`);
  const [[only] = ['NAMESPACE']] = byNamespace;
  const where = byNamespace.length === 1 ? only : 'NAMESPACE';
  // Where hitless is not called at all, its configuration may only have been deleted, and nobody wants the injections gone.
  const first = isCalled
    ? ''
    : 'If hitless is to stay, restore its webhook configuration (hitless status says how), and they are covered again. ';
  const advice = `They keep what hitless wrote, and nothing removes it when it conflicts with an edit. ${first}To remove it, which replaces the pods: ${visible(withdrawCommand(where, reach))}`;
  return `${title}\n${lines.join('')}${wrap(advice, 0, width)}\n`;
}

const modeWords = { enforce: 'enforce', audit: 'audit', never: 'not opted in', unknown: 'mode unknown' } as const;

function tallyOf(deployments: readonly JudgedWorkload[], style: Paint): string {
  const leftAlone = deployments.filter(({ skipped }) => skipped !== undefined).length;
  return tally(diagnosticsOf(deployments), { leftAlone, ignored: ignoredCount(deployments) }, style);
}
