// The table "lag by part" of docs/results, from runs of `hitless lab --data-plane` in one or more modes of kube-proxy.

import { count } from '../../text/count.ts';
import { tableLines } from '../../text/markdown.ts';
import type { LabResult } from '../lab/result.ts';
import { byMode, type LagPartsOfMode, lagPartCells, lagPartLabels, lagPartsNote, shownParts } from './lag-parts.ts';

/** Ends with a line break. */
export function lagPartsMarkdown(results: readonly LabResult[]): string {
  const modes = byMode(results);
  const head = ['lag by part', ...modes.flatMap(({ mode }) => [`${mode}: p50`, 'p99', 'max', 'pods'])];
  const rule = ['---', ...modes.flatMap(() => ['---:', '---:', '---:', '---:'])];
  const rows = shownParts(modes.map(({ parts }) => parts)).map((name) => {
    return [lagPartLabels[name], ...modes.flatMap(({ parts }) => lagPartCells(name, parts[name]))];
  });
  const table = tableLines([head, rule, ...rows]);
  return `${table}\n${lagPartsNote}\n\n${modes.map(measuredBy).join('\n')}\n`;
}

function measuredBy({ mode, reads, resolutionMs, pods, rollouts, commands }: LagPartsOfMode): string {
  const how = commands.map((command) => `\`${command}\``).join(', ');
  return `- ${mode}: ${count(pods.length, 'terminating pod')} in ${count(rollouts, 'rollout')}, rules read by ${reads}, to ${resolutionMs} ms; ${how}`;
}
