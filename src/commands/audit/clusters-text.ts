// The output of an audit of several clusters for people: cluster by cluster, and all of them in numbers.

import type { DetailFlags } from '../../lint/reporters/detail.ts';
import { detailOf } from '../../lint/reporters/detail.ts';
import { ruleTable } from '../../lint/reporters/rule-table.ts';
import { trialBlocks } from '../../lint/reporters/trial-text.ts';
import { countBySeverity } from '../../lint/result.ts';
import { type Paint, paint } from '../../terminal/style.ts';
import { table } from '../../terminal/table.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { count, number } from '../../text/count.ts';
import { visible } from '../../text/hidden.ts';
import type { ClusterOutcome } from './audit-clusters.ts';
import { type AuditResult, diagnosticsOf } from './result.ts';
import { clusterText, moreLines, numbersLine, toDoOf } from './text.ts';

/** `merged`: the outcomes as one result. */
export function clustersText(
  outcomes: readonly ClusterOutcome[],
  merged: AuditResult,
  { terminal, flags }: { readonly terminal: Terminal; readonly flags: DetailFlags },
): string {
  const { deployments, trial } = merged;
  const layout = { style: paint(terminal.colour.out), width: terminal.width };
  const detail = detailOf(flags, deployments.length);
  const blocks =
    detail === 'table'
      ? [ruleTable(deployments, toDoOf(merged), layout.style), clusterTable(outcomes, layout.style)]
      : outcomes.map((one) =>
          clusterBlock(one, terminal, { ...flags, detail, context: one.cluster, isOneOfSeveral: true }),
        );
  // Where no cluster was read, "nothing found" would look like a result.
  const found = outcomes.some(({ audited }) => audited) ? `${numbersLine(merged, layout.style)}\n` : '';
  const numbers = terminal.quiet ? '' : `${found}${failedLine(outcomes)}${moreLines(deployments, detail, flags)}`;
  const tried = trial === undefined ? [] : trialBlocks(trial, layout, detail);
  return [...blocks, numbers, ...tried].filter((block) => block !== '').join('\n');
}

function clusterBlock(
  { cluster, audited, failure }: ClusterOutcome,
  terminal: Terminal,
  shown: Parameters<typeof clusterText>[2],
): string {
  const title = paint(terminal.colour.out)(['bold', 'inverse'], visible(cluster));
  if (audited === undefined) return `${title}\nnot audited: ${visible(failure ?? '')}\n`;
  const { trial: _, ...result } = audited.result;
  const text = clusterText(result, terminal, shown);
  return text === '' ? '' : `${title}\n${text}`;
}

/** The clusters in numbers. */
function clusterTable(outcomes: readonly ClusterOutcome[], style: Paint): string {
  const rows = outcomes.map(({ cluster, audited }) => {
    if (audited === undefined) return [`${visible(cluster)}, not audited`, '', '', '', '', ''];
    const { namespaces, deployments } = audited.result;
    const { error, warning, note } = countBySeverity(diagnosticsOf(deployments));
    return [visible(cluster), ...[namespaces.length, deployments.length, error, warning, note].map(number)];
  });
  const head = ['cluster', 'namespaces', 'workloads', 'errors', 'warnings', 'notes'];
  return table([head, ...rows], { head: (line) => style('dim', line), row: (line) => line });
}

function failedLine(outcomes: readonly ClusterOutcome[]): string {
  const failed = outcomes.filter(({ failure }) => failure !== undefined).length;
  if (failed === 0) return '';
  return `${number(failed)} of ${count(outcomes.length, 'cluster')} could not be audited.\n`;
}
