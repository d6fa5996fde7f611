// The output of `verify`: a line for each step while it runs, and at the end what was lost, why, and what to do.
//
// JSON: VerifyResult in ../verify/result.ts, without the single requests of its timelines.

import { lostIn, sentIn } from '../../measurement/analysis/count.ts';
import { commandEnd, scope } from '../../measurement/report/during.ts';
import { causesText } from '../../measurement/report/labels.ts';
import type { VerifiedRollout, VerifyResult } from '../../measurement/verify/result.ts';
import type { VerifyProgress } from '../../measurement/verify/setup.ts';
import { type Paint, paint, wrap } from '../../terminal/style.ts';
import { table } from '../../terminal/table.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { count, number } from '../../text/count.ts';
import { visible, visibleJson } from '../../text/hidden.ts';

export interface VerifyHeading {
  /** `deployment shop/web`. */
  readonly title: string;
  readonly url: string;
  readonly rate: number;
  readonly kinds: number;
  readonly rollouts: number;
  /** Seconds. */
  readonly wait: number;
}

/** Not for a measured rollout: see rolloutLine. */
export function progressLine(
  progress: Exclude<VerifyProgress, { kind: 'measured' | 'command-started' | 'command-ended' }>,
  words: VerifyHeading,
): string {
  const { title, url, rate, kinds, rollouts, wait } = words;
  switch (progress.kind) {
    case 'watching': {
      const { services } = progress;
      const behind = services.length === 0 ? 'no Service selects its pods' : `behind ${services.join(', ')}`;
      return `${title}, ${behind}; ${number(rate * kinds)} requests per second go to ${url}`;
    }
    case 'odd-answer':
      return `${url} answers ${progress.status}: an ingress may answer this by itself, and then the measurement says nothing about ${title}; is there a path that answers 200?`;
    case 'settling':
      return `${title} is in the middle of a rollout: waiting for it to end first`;
    case 'waiting':
      return `waiting for ${rollouts === 1 ? 'the next rollout' : `rollout ${progress.rollout} of ${rollouts}`}, at most ${wait} s; the load continues until then`;
    case 'begun':
      return `rollout ${progress.rollout} of ${rollouts} begins`;
    case 'paused':
      return `rollout ${progress.rollout} of ${rollouts} is paused (${progress.detail}): the load continues, at most ${wait} s until it goes on`;
    case 'trouble':
      return `the watch broke and is being reopened: ${progress.reason}`;
  }
}

/** Without a workload, in place of `watching`. */
export function actLine({ url, rate, kinds }: VerifyHeading): string {
  return `${number(rate * kinds)} requests per second go to ${url}; no workload is watched`;
}

export function commandEndedLine(
  { end, settleMs }: Extract<VerifyProgress, { kind: 'command-ended' }>,
  isWatched: boolean,
): string {
  if (end.reason !== undefined) return `the command was not started: ${end.reason}`;
  const until = isWatched ? 'until the workload is at rest, and then ' : '';
  return `the command ${commandEnd({ ...end, seconds: 0 })}; measuring ${until}for ${settleMs / 1000} s more`;
}

export function rolloutLine(nth: number, rollouts: number, rollout: VerifiedRollout): string {
  const sent = sentIn(rollout);
  const causes = causesText(rollout);
  const before = rollout.lostBefore === 0 ? '' : `, ${number(rollout.lostBefore)} of them before it began`;
  const end = rollout.ended === 'complete' ? '' : `, ${endWords[rollout.ended]}`;
  const why = causes === '' ? '' : `: ${causes}`;
  return `rollout ${nth} of ${rollouts}: ${number(lostIn(rollout))} of ${number(sent)} lost in ${Math.round(rollout.durationMs / 1000)} s${before}${end}${why}`;
}

const endWords = { failed: 'it failed', stuck: 'it got stuck', interrupted: 'interrupted' } as const;

export function verifyJson(result: VerifyResult): string {
  return `${visibleJson({ ...result, timelines: [] })}\n`;
}

export function verifyText(result: VerifyResult, terminal: Terminal): string {
  const style = paint(terminal.colour.out);
  const blocks = [
    ...(result.rollouts.length === 0 ? [] : [lanesText(result, style)]),
    ...(result.advice.length === 0 ? [] : [adviceText(result, style, terminal.width)]),
    ...(result.failures.length === 0 ? [] : [failuresText(result, style, terminal.width)]),
    verdictText(result, style, terminal.width),
  ];
  return blocks.join('\n');
}

function lanesText({ lanes, rollouts }: VerifyResult, style: Paint): string {
  const rows = lanes.map(({ lane, sent, lost }) => {
    const own = rollouts.flatMap((rollout) => rollout.lanes.filter((one) => one.lane === lane));
    const worst = (of: 'p50' | 'p99' | 'max') => `${Math.max(...own.map(({ latency }) => latency[of])).toFixed(0)} ms`;
    return [lane, number(sent), number(lost), worst('p50'), worst('p99'), worst('max')];
  });
  const head = ['traffic', 'sent', 'lost', 'half within', '99 % within', 'slowest'];
  return table([head, ...rows], {
    head: (line) => style('dim', line),
    row: (line, index) => style((lanes[index]?.lost ?? 0) > 0 ? 'red' : 'green', line),
  });
}

function adviceText({ advice }: VerifyResult, style: Paint, width: number | undefined): string {
  const items = advice.map(
    ({ cause, lost, text }) =>
      `${style('bold', `${cause}, ${number(lost)} lost`)}\n  ${wrap(visible(text), 2, width)}\n`,
  );
  return items.join('\n');
}

function failuresText({ failures }: VerifyResult, style: Paint, width: number | undefined): string {
  const lines = failures.map((sentence) => `  ${wrap(visible(sentence), 2, width)}\n`);
  return `${style('red', 'Not measured to the end')}\n${lines.join('')}`;
}

function verdictText(result: VerifyResult, style: Paint, width: number | undefined): string {
  const { verdict, rollouts, during } = result;
  const nothing = during === undefined ? 'No rollout was measured.' : 'Nothing was measured.';
  const text = rollouts.length === 0 ? nothing : lossText(result);
  const end = during && commandEnd(during);
  const isFine = rollouts.length > 0 && verdict === 'passed';
  const command =
    end === undefined
      ? ''
      : `${style(during?.exitCode === 0 ? 'green' : 'red', wrap(visible(`The command ${end}.`), 0, width))}\n`;
  return `${style(isFine ? 'green' : 'red', wrap(text, 0, width))}\n${command}`;
}

function lossText(result: VerifyResult): string {
  const { sent, lost, during, maxLost, perRollout, longestGapMs } = result;
  const { mean, low, high } = perRollout;
  const each =
    during === undefined
      ? `: ${round(mean)} per rollout, and with 95 % confidence between ${round(low)} and ${round(high)} on average`
      : '';
  const gap = lost === 0 ? '' : `; longest gap without an answer: ${(longestGapMs / 1000).toFixed(2)} s`;
  const isLimited = lost > 0 || maxLost > 0;
  const allowed = isLimited
    ? `; ${count(maxLost, 'lost request')} allowed${during === undefined ? ' in each' : ''}`
    : '';
  return `${number(lost)} of ${number(sent)} lost ${scope(result)}${each}${gap}${allowed}.`;
}

function round(n: number): string {
  return n === 0 || n >= 100 ? n.toFixed(0) : n.toFixed(n < 1 ? 2 : 1);
}
