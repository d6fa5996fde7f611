// The output of `withdraw`: a line for each Deployment, a summary, and what to do next; or the same as JSON.
//
// JSON: { version: 1, when, dryRun, summary: { deployments, withdrawn, waiting, nothing, refused, failed, rolling },
//         deployments: [{ object: { kind, namespace, name }, outcome, rolls, optsOut, taken: [path], waiting: [path], message? }],
//         next: [sentence] }

import type { WithdrawWhen } from '../../admission/withdrawal.ts';
import { countByKind, shortTitle } from '../../lint/object-reference.ts';
import { type Paint, paint, wrap } from '../../terminal/style.ts';
import { widest } from '../../terminal/table.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { visible, visibleJson } from '../../text/hidden.ts';
import { probeNumbers } from '../../workload/api-defaults.ts';
import type { NamespacedName } from '../../workload/kubernetes.ts';
import type { Outcome, Result } from './one-workload.ts';

interface Asked {
  readonly when: WithdrawWhen;
  readonly dryRun?: true;
  readonly names: readonly string[];
  /** Copies that Flagger makes, and that have no record. */
  readonly copies: readonly FlaggerCopyIn[];
}

export interface FlaggerCopyIn extends NamespacedName {
  readonly kind: string;
  /** The name of what it is a copy of, in its namespace. */
  readonly target: string;
}

export function withdrawJson(asked: Asked, results: readonly Result[]): string {
  const deployments = results.map(({ kind, namespace, name, outcome, rolls, optsOut, taken, waiting, message }) => {
    const object = { kind, namespace, name };
    return { object, outcome, rolls, optsOut, taken, waiting, ...(message !== undefined && { message }) };
  });
  const summary = { deployments: results.length, ...countByOutcome(results), rolling: rolling(results) };
  const { when, dryRun = false } = asked;
  return `${visibleJson({ version: 1, when, dryRun, summary, deployments, next: next(asked, results) })}\n`;
}

export function withdrawText(asked: Asked, results: readonly Result[], terminal: Terminal): string {
  const style = paint(terminal.colour.out);
  const width = widest(results.map(shortTitle));
  const lines = withoutRepetition(results).map((result) => line(result, { style, width, columns: terminal.width }));
  const told = next(asked, results).map((sentence) => `${visible(sentence)}\n`);
  return [...lines, summary(asked, results), ...told].join('');
}

/** The reason usually applies to every Deployment of a namespace, so it is printed once. */
function withoutRepetition(results: readonly Result[]): readonly Result[] {
  return results.map((result, index) => {
    const before = results[index - 1];
    const isSame = before?.message !== undefined && before.message === result.message;
    return isSame ? { ...result, message: 'as above' } : result;
  });
}

const tones = { withdrawn: 'green', waiting: 'yellow', nothing: 'dim', refused: 'red', failed: 'red' } as const;

interface Layout {
  readonly style: Paint;
  readonly width: number;
  readonly columns: number | undefined;
}

function line(result: Result, { style, width, columns }: Layout): string {
  const { outcome } = result;
  const title = visible(shortTitle(result)).padEnd(width);
  const detail = wrap(visible(detailOf(result)), width + 13, columns);
  return `${style('bold', title)}  ${style(tones[outcome], outcome.padEnd(9))}  ${detail}\n`;
}

function detailOf({ outcome, taken, waiting, rolls, message = '' }: Result): string {
  if (outcome === 'refused' || outcome === 'failed') return message;
  if (outcome === 'nothing') return 'has no injections';
  if (outcome === 'waiting') {
    const out = taken.length === 0 ? '' : `; at once, without a rollout: ${fields(taken)}`;
    return `for the next change of its pod template: ${fields(waiting)}${out}`;
  }
  if (taken.length === 0) return 'no rollout: the record of injections that are already gone';
  return `${rolls ? 'its pods are replaced' : 'no rollout'}: ${fields(taken)}`;
}

/** The numbers of a probe are not listed beside its handler. */
function fields(paths: readonly string[]): string {
  const isNumber = (path: string) => probeNumbers.some((number) => path.endsWith(`.readinessProbe.${number}`));
  const told = paths.filter((path) => !isNumber(path));
  return (told.length === 0 ? paths : told).map((path) => path.replace(/^spec\.(?:[\w.]*\.spec\.)?/, '')).join(', ');
}

function countByOutcome(results: readonly Result[]): Record<Outcome, number> {
  const counts = { withdrawn: 0, waiting: 0, nothing: 0, refused: 0, failed: 0 };
  for (const { outcome } of results) counts[outcome] += 1;
  return counts;
}

function rolling(results: readonly Result[]): number {
  return results.filter(({ rolls, outcome }) => rolls && outcome === 'withdrawn').length;
}

function summary({ dryRun, names }: Asked, results: readonly Result[]): string {
  if (results.length === 0) return 'No workload has injections.\n';
  const counts = countByOutcome(results);
  const parts = Object.entries(counts).flatMap(([outcome, n]) => (n === 0 ? [] : [`${n} ${outcome}`]));
  const which = names.length > 0 ? '' : ' with injections';
  const roll = rolling(results);
  const rolls = roll === 0 ? '' : ` The pods of ${roll} ${dryRun ? 'would be' : 'are being'} replaced.`;
  const dry = dryRun ? 'Dry run, nothing was changed. ' : '';
  return `${dry}${countByKind(results)}${which}: ${parts.join(', ')}.${rolls}\n`;
}

/** What is left for the user to do, by namespace. */
function next({ dryRun, names, copies }: Asked, results: readonly Result[]): readonly string[] {
  if (dryRun) return [];
  const byNamespace = Map.groupBy(results, ({ namespace }) => namespace);
  return [...byNamespace].flatMap(([namespace, ofOne]) => {
    const waits = ofOne.some(({ outcome }) => outcome === 'waiting');
    const kept = ofOne.some(({ outcome }) => outcome === 'refused' || outcome === 'failed');
    const enforces = ofOne.some(({ called }) => called === 'enforce');
    const label = `kubectl label namespace ${namespace} hitless.dev/mode`;
    const advice: string[] = [];
    if (waits)
      advice.push(
        `Keep a hitless.dev/mode label on namespace ${namespace} until nothing is waiting: the webhook can remove the fields from the next pod template only while it is called. \`hitless withdraw -n ${namespace} --dry-run\` shows what is still waiting.`,
      );
    const whole = names.length === 0;
    if (whole && enforces && waits)
      advice.push(
        `Namespace ${namespace} enforces, so other workloads still get injections. To stop that: \`${label}=audit --overwrite\`.`,
      );
    if (whole && !waits && !kept && ofOne.some(({ called }) => called !== 'never'))
      advice.push(`Namespace ${namespace} is clean. To opt it out: \`${label}-\`.`);
    const off = ofOne.filter(({ optsOut, outcome }) => optsOut && (outcome === 'withdrawn' || outcome === 'waiting'));
    for (const [kind, own] of Map.groupBy(off, (one) => one.kind))
      advice.push(
        `Now opted out by the annotation hitless.dev/mode: off: ${countByKind(own)} in ${namespace}. To opt in again later: \`kubectl annotate ${kind.toLowerCase()} -n ${namespace} NAME hitless.dev/mode-\`.`,
      );
    advice.push(...copyAdvice(copies, ofOne));
    return advice;
  });
}

/** What a promotion copied has no record, so it cannot be told from what the author wrote. */
function copyAdvice(copies: readonly FlaggerCopyIn[], ofOne: readonly Result[]): readonly string[] {
  return copies
    .filter((copy) => ofOne.some((one) => isTargetOf(copy, one)))
    .map(
      ({ namespace, name, target }) =>
        `${namespace}/${name} is a copy that Flagger makes of ${target}, without a record of what hitless wrote: it loses that with the first promotion after ${target} has lost it.`,
    );
}

function isTargetOf(copy: FlaggerCopyIn, { kind, namespace, name, outcome }: Result): boolean {
  const isSame = kind === copy.kind && namespace === copy.namespace && name === copy.target;
  return isSame && (outcome === 'withdrawn' || outcome === 'waiting');
}
