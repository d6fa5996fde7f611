// The report of `hitless verify`.

import { type KeyFigure, page, type Section, type Tone } from '../../../page/page.ts';
import { code, htmlTable, meanings } from '../../../page/parts.ts';
import { count, number } from '../../../text/count.ts';
import { html, type Markup } from '../../../text/markup.ts';
import { lostIn, sentIn } from '../../analysis/count.ts';
import type { RolloutResult } from '../../analysis/measurement.ts';
import { trafficKinds } from '../../traffic.ts';
import type { During, VerifyReport } from '../../verify/report.ts';
import { caseName, commandEnd, scope } from '../during.ts';
import { causeLabels, duration, mean, occurredCauses, trafficLabels } from '../labels.ts';
import { causeMeanings, howCounted, howLong, measuredWith, notMeasured, timelinePart, when } from './parts.ts';

export function verifyReport(report: VerifyReport): string {
  const { target, url, versions, startedAt, failures, rollouts, sent, lost, during } = report;
  const lossTone: Tone = lost === 0 ? 'good' : 'bad';
  return page({
    title: titleOf(report),
    about: [
      'hitless verify',
      ...(target === undefined ? [] : [`${target.kind} ${target.namespace}/${target.name}`]),
      url,
      ...(versions.kubernetes === undefined ? [] : [`Kubernetes ${versions.kubernetes}`]),
      when(startedAt),
    ],
    verdict: verdictOf(report),
    figures: [
      { name: 'requests sent', value: number(sent) },
      { name: 'lost', value: number(lost), tone: lossTone },
      ...(during === undefined ? [{ name: 'rollouts', value: number(rollouts.length) }] : commandFigure(during)),
      ...(rollouts.length === 0 || during !== undefined
        ? []
        : [{ name: 'lost per rollout', value: mean(lost / rollouts.length), tone: lossTone }]),
      ...(lost === 0
        ? []
        : [{ name: 'longest gap', value: duration(Math.max(...rollouts.map(({ longestGapMs }) => longestGapMs))) }]),
    ],
    failures: notMeasured(failures),
    sections: [...adviceSection(report), ...rolloutSection(report), ...timelineSection(report), methodSection(report)],
  });
}

function titleOf({ target, url, during }: VerifyReport): string {
  const name = target?.name ?? url;
  if (during === undefined) return `What a rollout of ${name} loses`;
  return during.command === undefined ? `What ${name} loses` : `What ${name} loses while a command runs`;
}

function commandFigure(during: During): readonly KeyFigure[] {
  const end = commandEnd(during);
  return end === undefined ? [] : [{ name: 'the command', value: end, tone: during.exitCode === 0 ? 'good' : 'bad' }];
}

function verdictOf(report: VerifyReport): { readonly tone: Tone; readonly text: string } {
  const { rollouts, sent, lost, maxLost, failures, during } = report;
  if (rollouts.length === 0)
    return { tone: 'plain', text: during === undefined ? 'No rollout was measured.' : 'Nothing was measured.' };
  const failed = rollouts.filter((one) => lostIn(one) > maxLost).length;
  const text = `${number(lost)} of ${count(sent, 'request')} lost ${scope(report)}.`;
  // What was not measured to its end proves nothing.
  if (failed === 0) return { tone: failures.length === 0 ? 'good' : 'plain', text };
  if (during !== undefined) return { tone: 'bad', text: `${text} ${number(maxLost)} allowed.` };
  return { tone: 'bad', text: `${text} ${count(failed, 'rollout')} lost more than the ${number(maxLost)} allowed.` };
}

/** What to do comes before the figures: it is what the reader came for. */
function adviceSection({ advice, causes }: VerifyReport): readonly Section[] {
  if (advice.length === 0) return [];
  const list = advice.map(({ cause, lost, text }) => ({
    name: `${causeLabels[cause].title}: ${number(lost)} lost`,
    text,
  }));
  return [
    {
      id: 'advice',
      title: 'What to do',
      body: [meanings(list), html`<h3>What the causes mean</h3>`, causeMeanings(occurredCauses([causes]))],
    },
  ];
}

function rolloutSection(report: VerifyReport): readonly Section[] {
  const { rollouts, during } = report;
  if (rollouts.length === 0) return [];
  const title = during === undefined ? 'Rollouts' : 'Requests';
  return [{ id: 'rollouts', title, body: [rolloutTable(report), laneTable(rollouts)] }];
}

function rolloutTable(report: VerifyReport): Markup {
  const { rollouts, maxLost, during } = report;
  const found = occurredCauses(rollouts.map(({ causes }) => causes));
  const figures = true;
  return htmlTable({
    caption: during === undefined ? 'Each rollout, and its losses by cause' : 'The losses by cause',
    columns: [
      { title: during === undefined ? 'rollout' : 'measured' },
      { title: 'took', figures },
      { title: 'sent', figures },
      { title: 'lost', figures },
      { title: 'longest gap', figures },
      ...found.map((cause) => ({ title: causeLabels[cause].title, figures })),
    ],
    rows: rollouts.map((one, at) => {
      const lost = lostIn(one);
      const sent = sentIn(one);
      return [
        during === undefined ? number(at + 1) : caseName(report, at),
        howLong(one.durationMs / 1000),
        number(sent),
        { text: number(lost), tone: lost > maxLost ? 'bad' : 'good' },
        lost === 0 ? 'none' : duration(one.longestGapMs),
        ...found.map((cause) => number(one.causes[cause] ?? 0)),
      ];
    }),
  });
}

function laneTable(rollouts: readonly RolloutResult[]): Markup {
  const figures = true;
  const rows = trafficKinds.flatMap((lane) => {
    const own = rollouts.flatMap((one) => one.lanes.filter((counted) => counted.lane === lane));
    if (own.length === 0) return [];
    const sum = (of: 'sent' | 'lost') => own.reduce((all, one) => all + one[of], 0);
    const worst = (of: 'p50' | 'p99' | 'max') => duration(Math.max(...own.map(({ latency }) => latency[of])));
    const lost = sum('lost');
    const tone: Tone = lost === 0 ? 'good' : 'bad';
    return [
      [
        trafficLabels[lane],
        number(sum('sent')),
        { text: number(lost), tone },
        worst('p50'),
        worst('p99'),
        worst('max'),
      ],
    ];
  });
  return htmlTable({
    caption: `By kind of traffic${rollouts.length === 1 ? '' : '; the latency is that of the slowest rollout'}`,
    columns: [
      { title: 'traffic' },
      { title: 'sent', figures },
      { title: 'lost', figures },
      { title: 'half within', figures },
      { title: '99 % within', figures },
      { title: 'slowest', figures },
    ],
    rows,
  });
}

function timelineSection({ timelines, during }: VerifyReport): readonly Section[] {
  if (timelines.length === 0) return [];
  const body = timelines.map(({ title, measurement }) => timelinePart(title, measurement));
  return [{ id: 'timelines', title: during === undefined ? 'Single rollouts' : 'Timeline', body }];
}

function methodSection(report: VerifyReport): Section {
  const settings = [
    ['rate', `${count(report.rate, 'request')} a second`],
    [report.during === undefined ? 'a rollout may lose' : 'may be lost', number(report.maxLost)],
  ];
  const body = [code(report.command), html`<p>${howCounted}</p>`, measuredWith(report, report.rollouts, settings)];
  return { id: 'method', title: 'How it was measured', body };
}
