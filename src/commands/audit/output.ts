// What `audit` found, by namespace and Deployment, for people and for programs.
//
// JSON, the shape of `check` with objects instead of places in files; the same promise about `version`:
// { version: 1,
//   summary:    { namespaces, deployments, errors, warnings, notes, leftovers, problems },   numbers
//   namespaces: [{ name, mode, deployments, errors, warnings, notes, skipped }],             mode: enforce | audit | never | unknown
//   findings:   [{ object: { kind, namespace, name }, rule, severity, message, summary?, changes: [{ path, value }] }],
//   skipped:    [{ object, reason }],
//   leftovers:  [{ object }],                                                                injections where no webhook is called
//   problems:   [{ message }] }                                                              exit code 2

import type { Called } from '../../admission/withdrawal.ts';
import type { ObjectName } from '../../lint/inputs.ts';
import type { Said } from '../../lint/lint.ts';
import type { Audited } from '../../lint/live.ts';
import { countBySeverity, severities, severityStyle } from '../../lint/result.ts';
import { type Paint, paint, wrap } from '../../terminal/style.ts';
import { widest } from '../../terminal/table.ts';
import type { Io } from '../../terminal/terminal.ts';
import { count } from '../../text/count.ts';
import { visible, visibleJson } from '../../text/hidden.ts';

export interface AuditedNamespace {
  readonly name: string;
  /** never: it is not opted in, or the webhook leaves it out. */
  readonly mode: Called | 'unknown';
}

export interface AuditResult {
  readonly namespaces: readonly AuditedNamespace[];
  readonly deployments: readonly Audited[];
  /** They hold injections, and the webhook is not called for them any more. */
  readonly leftovers: readonly ObjectName[];
  readonly problems: readonly { readonly message: string }[];
}

export function auditJson({ namespaces, deployments, leftovers, problems }: AuditResult): string {
  const summary = {
    namespaces: namespaces.length,
    deployments: deployments.length,
    ...severityNumbers(deployments),
    leftovers: leftovers.length,
    problems: problems.length,
  };
  const byNamespace = groups(deployments);
  const counted = namespaces.map(({ name, mode }) => {
    const own = byNamespace.get(name) ?? [];
    const skipped = own.filter((one) => one.skipped !== undefined).length;
    return { name, mode, deployments: own.length, ...severityNumbers(own), skipped };
  });
  const findings = deployments.flatMap(({ object, said }) =>
    said.map(({ rule, severity, message, summary: what, changes }) => {
      return { object, rule, severity, message, ...(what !== undefined && { summary: what }), changes };
    }),
  );
  const skipped = deployments.flatMap(({ object, skipped: reason }) =>
    reason === undefined ? [] : [{ object, reason }],
  );
  const left = leftovers.map((object) => ({ object }));
  const told = { summary, namespaces: counted, findings, skipped, leftovers: left, problems };
  return `${visibleJson({ version: 1, ...told })}\n`;
}

export function auditText({ namespaces, deployments, leftovers }: AuditResult, io: Io): string {
  const style = paint(io.colour.out);
  const byNamespace = groups(deployments);
  const blocks = namespaces.flatMap((namespace) => {
    const own = byNamespace.get(namespace.name) ?? [];
    const told = own.filter(({ said, skipped }) => said.length > 0 || skipped !== undefined);
    if (told.length === 0) return [];
    const head = `${style(['bold', 'underline'], visible(namespace.name))}  ${style('dim', modeWords[namespace.mode])}  ${tally(own, style)}`;
    return [`${head}\n${told.map((one) => objectText(one, { style, width: io.width })).join('')}`];
  });
  const where = `${count(deployments.length, 'Deployment')} in ${count(namespaces.length, 'namespace')}`;
  const waiting = deployments.some(({ said }) => said.some(({ changes }) => changes.length > 0));
  const hint = waiting
    ? ' What the warnings ask for is written in namespaces that enforce, in pod templates at their next change.'
    : '';
  const summary = namespaces.length === 0 ? '' : `${where}: ${tally(deployments, style)}.${hint}\n`;
  return [...blocks, summary, leftBehind(leftovers, { style, width: io.width })]
    .filter((block) => block !== '')
    .join('\n');
}

const mostNames = 10;

function leftBehind(leftovers: readonly ObjectName[], { style, width }: Layout): string {
  if (leftovers.length === 0) return '';
  const byNamespace = [...Map.groupBy(leftovers, ({ namespace }) => namespace)];
  const lines = byNamespace.map(([namespace, own]) => {
    const names = own.slice(0, mostNames).map(({ name }) => name);
    const more = own.length > mostNames ? `, and ${own.length - mostNames} more` : '';
    return `  ${style('bold', visible(namespace))}  ${visible(names.join(', '))}${more}\n`;
  });
  const title = style('yellow', `${count(leftovers.length, 'Deployment')} with injections where no webhook is called`);
  const [[only] = ['NAMESPACE']] = byNamespace;
  const where = byNamespace.length === 1 ? visible(only) : 'NAMESPACE';
  const advice = `They keep what hitless wrote, and nobody takes it back when it stands in an edit's way. To take it out, which replaces the pods: hitless withdraw -n ${where} --now`;
  return `${title}\n${lines.join('')}${wrap(advice, 0, width)}\n`;
}

const modeWords = { enforce: 'enforce', audit: 'audit', never: 'not opted in', unknown: 'mode not known' } as const;

interface Layout {
  readonly style: Paint;
  readonly width: number | undefined;
}

function objectText({ object, said, skipped }: Audited, { style, width }: Layout): string {
  const title = `  ${style('bold', visible(object.name))}`;
  if (skipped !== undefined) return `${title}: ${style('dim', `left alone, ${visible(skipped)}`)}\n`;
  const column = widest(said.map(({ rule }) => rule));
  return `${title}\n${said.map((one) => line(one, column, { style, width })).join('')}`;
}

function line({ rule, severity, message }: Said, column: number, { style, width }: Layout): string {
  const word = style(severityStyle[severity], severity.padEnd(7));
  const text = wrap(visible(message), 4 + 7 + 2 + column + 2, width);
  return `    ${word}  ${style('cyan', rule.padEnd(column))}  ${text}\n`;
}

function tally(deployments: readonly Audited[], style: Paint): string {
  const counts = countBySeverity(deployments.flatMap(({ said }) => said));
  const parts = severities
    .filter((severity) => counts[severity] > 0)
    .map((severity) => style(severityStyle[severity], count(counts[severity], severity)));
  const left = deployments.filter(({ skipped }) => skipped !== undefined).length;
  if (left > 0) parts.push(style('dim', `${left} left alone`));
  return parts.length === 0 ? style('green', 'nothing found') : parts.join(', ');
}

function severityNumbers(deployments: readonly Audited[]) {
  const { error, warning, note } = countBySeverity(deployments.flatMap(({ said }) => said));
  return { errors: error, warnings: warning, notes: note };
}

function groups(deployments: readonly Audited[]): ReadonlyMap<string, readonly Audited[]> {
  return Map.groupBy(deployments, ({ object }) => object.namespace);
}
