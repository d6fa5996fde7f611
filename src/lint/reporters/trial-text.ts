// What policies on trial change, for people: numbers by policy and namespace, then the difference in what is written.

import type { Paint, TextLayout } from '../../terminal/style.ts';
import { table } from '../../terminal/table.ts';
import { count } from '../../text/count.ts';
import { visible } from '../../text/hidden.ts';
import { namesUpTo } from '../../text/list.ts';
import { homeOf, nameInNamespace, shortTitle } from '../object-reference.ts';
import { trialDiff } from '../trial/diff.ts';
import type { ChangedWorkload, PolicyTrial } from '../trial/policy-trial.ts';
import type { Detail } from './detail.ts';
import { cellsOf, namespaceRows, policyRows, rowTitle, type TrialRow, trialColumns } from './trial-rows.ts';
import { trialSentence } from './trial-sentences.ts';

/** One block each. table: numbers alone. grouped: equal differences once. full: every workload. */
export function trialBlocks(trial: PolicyTrial, { style }: TextLayout, detail: Detail): readonly string[] {
  const { changed } = trial;
  const head = `${style('bold', trialSentence(trial))}\n${rowsText('policy', policyRows(trial), style)}`;
  if (changed.length === 0) return [head];
  const numbers = `${head}\n${rowsText('namespace', namespaceRows(trial), style)}`;
  if (detail === 'table') return [numbers];
  return [numbers, ...(detail === 'full' ? everyDiff(changed, style) : [equalDiffs(changed, style)])];
}

function rowsText(title: string, rows: readonly TrialRow[], style: Paint): string {
  const head = [title, ...trialColumns];
  const lines = rows.map((row) => [visible(rowTitle(row)), ...cellsOf(row)]);
  return table([head, ...lines], { head: (line) => style('dim', line), row: (line) => line });
}

function everyDiff(changed: readonly ChangedWorkload[], style: Paint): readonly string[] {
  const homes = Map.groupBy(changed, ({ object }) => homeOf(object));
  return Array.from(homes, ([home, own]) => {
    const workloads = own.map((one) => {
      const title = style('bold', visible(nameInNamespace(one.object)));
      const policies = style('dim', visible(one.policies.join(', ')));
      return `  ${title}  ${policies}\n${diffText(trialDiff(one), style)}`;
    });
    return `${style(['bold', 'underline'], visible(home))}\n${workloads.join('')}`;
  });
}

const mostDiffs = 20;
const mostNames = 3;

function equalDiffs(changed: readonly ChangedWorkload[], style: Paint): string {
  const byDiff = [...Map.groupBy(changed, trialDiff)].sort(([, a], [, b]) => b.length - a.length);
  const shown = byDiff.slice(0, mostDiffs).map(([diff, own]) => {
    const names = namesUpTo(
      own.map(({ object }) => shortTitle(object)),
      mostNames,
    );
    const head = `${style('bold', count(own.length, 'workload'))}: ${visible(names)}`;
    return `  ${head}\n${diffText(diff, style)}`;
  });
  const rest = byDiff.slice(mostDiffs).reduce((sum, [, own]) => sum + own.length, 0);
  const end = rest === 0 ? '' : `  ${style('dim', `and ${count(rest, 'workload')} more; --verbose prints each`)}\n`;
  return `${shown.join('')}${end}`;
}

function diffText(diff: string, style: Paint): string {
  const lines = diff.split('\n').map((line) => {
    const text = visible(line);
    if (line.startsWith('+')) return style('green', text);
    return line.startsWith('-') ? style('red', text) : text;
  });
  return lines.map((line) => `    ${line}\n`).join('');
}
