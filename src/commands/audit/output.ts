// The output of `audit`, by namespace and Deployment, as text and as JSON.
//
// JSON, the shape of `check` with objects instead of places in files; the same promise about `version`:
// { version: 1,
//   summary:    { namespaces, deployments, errors, warnings, notes, leftovers, problems },   numbers
//   namespaces: [{ name, mode, deployments, errors, warnings, notes, skipped }],             mode: enforce | audit | never | unknown
//   findings:   [{ object: { kind, namespace, name }, rule, severity, message, summary?, changes: [{ path, value }] }],
//   skipped:    [{ object, reason }],
//   leftovers:  [{ object }],                                                                injections where the webhook is not called
//   problems:   [{ message }] }                                                              exit code 2

import type { WebhookMode } from '../../admission/withdrawal.ts';
import { countByKind, type ObjectReference } from '../../lint/inputs.ts';
import type { Diagnostic } from '../../lint/lint.ts';
import type { Audited } from '../../lint/live.ts';
import { findingJson, severityNumbers } from '../../lint/reporters/json.ts';
import { objectText, type TextLayout, tally } from '../../lint/reporters/text.ts';
import { type Paint, paint, wrap } from '../../terminal/style.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { count } from '../../text/count.ts';
import { visible, visibleJson } from '../../text/hidden.ts';

export interface AuditedNamespace {
  readonly name: string;
  /** never: it is not opted in, or the webhook leaves it out. */
  readonly mode: WebhookMode | 'unknown';
}

export interface AuditResult {
  readonly namespaces: readonly AuditedNamespace[];
  readonly deployments: readonly Audited[];
  /** Objects with injections for which the webhook is no longer called. */
  readonly leftovers: readonly ObjectReference[];
  readonly problems: readonly { readonly message: string }[];
}

export function auditJson({ namespaces, deployments, leftovers, problems }: AuditResult): string {
  const summary = {
    namespaces: namespaces.length,
    deployments: deployments.length,
    ...severityNumbers(saidOfAll(deployments)),
    leftovers: leftovers.length,
    problems: problems.length,
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
  const told = { summary, namespaces: counted, findings, skipped, leftovers: left, problems };
  return `${visibleJson({ version: 1, ...told })}\n`;
}

export function auditText({ namespaces, deployments, leftovers }: AuditResult, terminal: Terminal): string {
  const style = paint(terminal.colour.out);
  const layout = { style, width: terminal.width };
  const byNamespace = groups(deployments);
  const blocks = namespaces.flatMap((namespace) => {
    const own = byNamespace.get(namespace.name) ?? [];
    const told = own.filter(({ diagnostics, skipped }) => diagnostics.length > 0 || skipped !== undefined);
    if (told.length === 0) return [];
    const head = `${style(['bold', 'underline'], visible(namespace.name))}  ${style('dim', modeWords[namespace.mode])}  ${tallyOf(own, style)}`;
    const objects = told.map(({ object, diagnostics, skipped }) =>
      objectText({ title: object.name, diagnostics, skipped }, layout),
    );
    return [`${head}\n${objects.join('')}`];
  });
  const where = `${countByKind(deployments.map(({ object }) => object))} in ${count(namespaces.length, 'namespace')}`;
  const waiting = deployments.some(({ diagnostics }) => diagnostics.some(({ changes }) => changes.length > 0));
  const hint = waiting
    ? ' In namespaces that enforce, hitless writes what the warnings ask for; in pod templates, at their next change.'
    : '';
  const summary = namespaces.length === 0 ? '' : `${where}: ${tallyOf(deployments, style)}.${hint}\n`;
  return [...blocks, summary, leftBehind(leftovers, layout)].filter((block) => block !== '').join('\n');
}

const mostNames = 10;

function leftBehind(leftovers: readonly ObjectReference[], { style, width }: TextLayout): string {
  if (leftovers.length === 0) return '';
  const byNamespace = [...Map.groupBy(leftovers, ({ namespace }) => namespace)];
  const lines = byNamespace.map(([namespace, own]) => {
    const names = own.slice(0, mostNames).map(({ name }) => name);
    const more = own.length > mostNames ? `, and ${own.length - mostNames} more` : '';
    return `  ${style('bold', visible(namespace))}  ${visible(names.join(', '))}${more}\n`;
  });
  const title = style('yellow', `${countByKind(leftovers)} with injections where the webhook is not called`);
  const [[only] = ['NAMESPACE']] = byNamespace;
  const where = byNamespace.length === 1 ? visible(only) : 'NAMESPACE';
  const advice = `They keep what hitless wrote, and nothing removes it when it conflicts with an edit. To remove it, which replaces the pods: hitless withdraw -n ${where} --now`;
  return `${title}\n${lines.join('')}${wrap(advice, 0, width)}\n`;
}

const modeWords = { enforce: 'enforce', audit: 'audit', never: 'not opted in', unknown: 'mode unknown' } as const;

function tallyOf(deployments: readonly Audited[], style: Paint): string {
  const left = deployments.filter(({ skipped }) => skipped !== undefined).length;
  return tally(saidOfAll(deployments), left, style);
}

function saidOfAll(deployments: readonly Audited[]): readonly Diagnostic[] {
  return deployments.flatMap(({ diagnostics }) => diagnostics);
}

function groups(deployments: readonly Audited[]): ReadonlyMap<string, readonly Audited[]> {
  return Map.groupBy(deployments, ({ object }) => object.namespace);
}
