// The output of `audit`, by namespace and Deployment, as text and as JSON.
//
// JSON, the shape of `check` with objects instead of places in files; the same promise about `version`:
// { version: 1,
//   summary:    { namespaces, deployments, errors, warnings, notes, leftovers, notJudged,      numbers
//                 problems, rules: [{ rule, errors, warnings, notes, workloads }] },
//   namespaces: [{ name, mode, deployments, errors, warnings, notes, skipped }],             mode: enforce | audit | never | unknown
//   findings:   [{ object: { kind, namespace, name }, rule, severity, message, summary?, changes: [{ path, value }] }],
//   skipped:    [{ object, reason }],
//   leftovers:  [{ object }],                                                                injections where the webhook is not called
//   notJudged:  [{ object, apiVersion, reason }],                                            workloads that no rule judges
//   owned:      [{ owner: { group, kind }, example: { namespace, name }, counts: { kind: number } }],  objects that operators write
//   copies:     [{ object, target, canary }],                                                copies that Flagger makes
//   problems:   [{ message }] }                                                              exit code 2

import type { WebhookMode } from '../../admission/withdrawal.ts';
import type { Diagnostic, JudgedWorkload } from '../../lint/diagnostic.ts';
import type { NotJudged } from '../../lint/not-judged.ts';
import { countByKind, nameInNamespace, type ObjectReference, shortTitle } from '../../lint/object-reference.ts';
import { type DetailFlags, detailOf, moreLine } from '../../lint/reporters/detail.ts';
import { groupedBlocks } from '../../lint/reporters/grouped.ts';
import { findingJson, ruleNumbers, severityNumbers } from '../../lint/reporters/json.ts';
import { errorsToDo, notesToDo, ruleTable, type ToDo } from '../../lint/reporters/rule-table.ts';
import { notJudgedText, objectText, tally } from '../../lint/reporters/text.ts';
import { type Paint, paint, type TextLayout, wrap } from '../../terminal/style.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { count } from '../../text/count.ts';
import { visible, visibleJson } from '../../text/hidden.ts';
import { listed } from '../../text/list.ts';
import type { WrittenByOthers } from './owned.ts';

export interface AuditedNamespace {
  readonly name: string;
  /** never: it is not opted in, or the webhook leaves it out. */
  readonly mode: WebhookMode | 'unknown';
}

export interface AuditResult extends WrittenByOthers {
  readonly namespaces: readonly AuditedNamespace[];
  readonly deployments: readonly JudgedWorkload[];
  /** Objects with injections for which the webhook is no longer called. */
  readonly leftovers: readonly ObjectReference[];
  /** Workloads that no rule judges. */
  readonly notJudged: readonly NotJudged[];
  readonly problems: readonly { readonly message: string }[];
  /** false: no webhook configuration calls hitless anywhere. */
  readonly isCalled: boolean;
}

export function auditJson(result: AuditResult): string {
  const { namespaces, deployments, leftovers, notJudged, owned, copies, problems } = result;
  const summary = {
    namespaces: namespaces.length,
    deployments: deployments.length,
    ...severityNumbers(saidOfAll(deployments)),
    leftovers: leftovers.length,
    notJudged: notJudged.length,
    problems: problems.length,
    rules: ruleNumbers(deployments),
  };
  const byNamespace = groups(deployments);
  const counted = namespaces.map(({ name, mode }) => {
    const own = byNamespace.get(name) ?? [];
    const skipped = own.filter((one) => one.skipped !== undefined).length;
    return { name, mode, deployments: own.length, ...severityNumbers(saidOfAll(own)), skipped };
  });
  const findings = deployments.flatMap(({ object, diagnostics }) =>
    diagnostics.map((one) => ({ object, ...findingJson(one) })),
  );
  const skipped = deployments.flatMap(({ object, skipped: reason }) =>
    reason === undefined ? [] : [{ object, reason }],
  );
  const left = leftovers.map((object) => ({ object }));
  const told = { summary, namespaces: counted, findings, skipped, leftovers: left, notJudged, owned, copies, problems };
  return `${visibleJson({ version: 1, ...told })}\n`;
}

export function auditText(result: AuditResult, terminal: Terminal, flags: DetailFlags = {}): string {
  const { namespaces, deployments, isCalled } = result;
  const layout = { style: paint(terminal.colour.out), width: terminal.width };
  const detail = detailOf(flags, deployments.length);
  const blocks = { full: namespaceBlocks, grouped: ruleBlocks, table: tableBlock }[detail](result, layout);
  const where = `${countByKind(deployments.map(({ object }) => object))} in ${count(namespaces.length, 'namespace')}`;
  const told = saidOfAll(deployments);
  const hint = isCalled ? hintOf(deployments) : '';
  const more = told.length === 0 ? '' : moreLine(detail, deployments.length);
  const summary = namespaces.length === 0 ? '' : `${where}: ${tallyOf(deployments, layout.style)}.${hint}\n${more}`;
  const rest = notJudgedText(result.notJudged, flags.verbose, layout.style);
  const left = leftBehind(result, layout);
  const shown = terminal.quiet ? [...blocks, left] : [...blocks, summary, left, rest];
  return shown.filter((block) => block !== '').join('\n');
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

function namespaceBlocks({ namespaces, deployments }: AuditResult, layout: TextLayout): readonly string[] {
  const { style } = layout;
  const byNamespace = groups(deployments);
  return namespaces.flatMap((namespace) => {
    const own = byNamespace.get(namespace.name) ?? [];
    const told = own.filter(({ diagnostics, skipped }) => diagnostics.length > 0 || skipped !== undefined);
    if (told.length === 0) return [];
    const head = `${style(['bold', 'underline'], visible(namespace.name))}  ${style('dim', modeWords[namespace.mode])}  ${tallyOf(own, style)}`;
    const objects = told.map(({ object, diagnostics, skipped }) =>
      objectText({ title: nameInNamespace(object), diagnostics, skipped }, layout),
    );
    return [`${head}\n${objects.join('')}`];
  });
}

function toDoOf({ deployments, isCalled }: AuditResult): ToDo {
  const isMixed = deployments.some(({ onlyReported }) => onlyReported !== undefined);
  const warning = isCalled
    ? `hitless writes these edits in namespaces that enforce${isMixed ? ', for the kinds that a policy names' : ''}`
    : 'hitless would write these edits in namespaces that enforce, but nothing calls it';
  return { error: errorsToDo, warning, note: notesToDo(saidOfAll(deployments)) };
}

function ruleBlocks(result: AuditResult, layout: TextLayout): readonly string[] {
  const placed = result.deployments.map((one) => ({ ...one, place: shortTitle(one.object) }));
  const found = placed.flatMap(({ diagnostics, place }) => diagnostics.map((one) => ({ ...one, place })));
  const leftAlone = placed.flatMap(({ skipped, place }) =>
    skipped === undefined ? [] : [{ message: skipped, place }],
  );
  return groupedBlocks({ found, leftAlone }, toDoOf(result), layout);
}

function tableBlock(result: AuditResult, { style }: TextLayout): readonly string[] {
  return [ruleTable(result.deployments, toDoOf(result), style)];
}

const mostNames = 10;

function leftBehind({ leftovers, isCalled }: AuditResult, { style, width }: TextLayout): string {
  if (leftovers.length === 0) return '';
  const byNamespace = [...Map.groupBy(leftovers, ({ namespace }) => namespace)];
  const lines = byNamespace.map(([namespace, own]) => {
    const names = own.slice(0, mostNames).map(nameInNamespace);
    const more = own.length > mostNames ? `, and ${own.length - mostNames} more` : '';
    return `  ${style('bold', visible(namespace))}  ${visible(names.join(', '))}${more}\n`;
  });
  const title = style('yellow', `${countByKind(leftovers)} with injections where the webhook is not called`);
  const [[only] = ['NAMESPACE']] = byNamespace;
  const where = byNamespace.length === 1 ? visible(only) : 'NAMESPACE';
  // Where hitless is not called at all, its configuration may only have been deleted, and nobody wants the injections gone.
  const first = isCalled
    ? ''
    : 'If hitless is to stay, restore its webhook configuration (hitless status says how), and they are covered again. ';
  const advice = `They keep what hitless wrote, and nothing removes it when it conflicts with an edit. ${first}To remove it, which replaces the pods: hitless withdraw -n ${where} --now`;
  return `${title}\n${lines.join('')}${wrap(advice, 0, width)}\n`;
}

const modeWords = { enforce: 'enforce', audit: 'audit', never: 'not opted in', unknown: 'mode unknown' } as const;

function tallyOf(deployments: readonly JudgedWorkload[], style: Paint): string {
  const left = deployments.filter(({ skipped }) => skipped !== undefined).length;
  return tally(saidOfAll(deployments), left, style);
}

function saidOfAll(deployments: readonly JudgedWorkload[]): readonly Diagnostic[] {
  return deployments.flatMap(({ diagnostics }) => diagnostics);
}

function groups(deployments: readonly JudgedWorkload[]): ReadonlyMap<string, readonly JudgedWorkload[]> {
  return Map.groupBy(deployments, ({ object }) => object.namespace);
}
