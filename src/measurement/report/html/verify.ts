// The report of `hitless verify`.

import { count, number } from '../../../text/count.ts';
import { lostIn, sentIn } from '../../analysis/count.ts';
import type { RolloutResult } from '../../analysis/measurement.ts';
import { trafficKinds } from '../../traffic.ts';
import type { VerifyReport } from '../../verify/report.ts';
import { html, type Markup } from '../escape.ts';
import { causeLabels, duration, mean, occurredCauses, trafficLabels } from '../labels.ts';
import { code, htmlTable, meanings, page, type Section, type Tone } from './page.ts';
import { causeMeanings, howCounted, howLong, measuredWith, timelinePart, when } from './parts.ts';

export function verifyReport(report: VerifyReport): string {
  const { target, url, versions, startedAt, failures, rollouts, sent, lost } = report;
  const lossTone: Tone = lost === 0 ? 'good' : 'bad';
  return page({
    title: `What a rollout of ${target.name} loses`,
    about: [
      'hitless verify',
      `${target.kind} ${target.namespace}/${target.name}`,
      url,
      `Kubernetes ${versions.kubernetes}`,
      when(startedAt),
    ],
    verdict: verdictOf(report),
    figures: [
      { name: 'requests sent', value: number(sent) },
      { name: 'lost', value: number(lost), tone: lossTone },
      { name: 'rollouts', value: number(rollouts.length) },
      ...(rollouts.length === 0
        ? []
        : [{ name: 'lost per rollout', value: mean(lost / rollouts.length), tone: lossTone }]),
      ...(lost === 0
        ? []
        : [{ name: 'longest gap', value: duration(Math.max(...rollouts.map(({ longestGapMs }) => longestGapMs))) }]),
    ],
    failures,
    sections: [...adviceSection(report), ...rolloutSection(report), ...timelineSection(report), methodSection(report)],
  });
}

function verdictOf({ rollouts, sent, lost, maxLost, failures }: VerifyReport): {
  readonly tone: Tone;
  readonly text: string;
} {
  if (rollouts.length === 0) return { tone: 'plain', text: 'No rollout was measured.' };
  const failed = rollouts.filter((one) => lostIn(one) > maxLost).length;
  const text = `${number(lost)} of ${count(sent, 'request')} lost in ${count(rollouts.length, 'rollout')}.`;
  // What was not measured to its end proves nothing.
  if (failed === 0) return { tone: failures.length === 0 ? 'good' : 'plain', text };
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

function rolloutSection({ rollouts, maxLost }: VerifyReport): readonly Section[] {
  if (rollouts.length === 0) return [];
  return [{ id: 'rollouts', title: 'Rollouts', body: [rolloutTable(rollouts, maxLost), laneTable(rollouts)] }];
}

function rolloutTable(rollouts: readonly RolloutResult[], maxLost: number): Markup {
  const found = occurredCauses(rollouts.map(({ causes }) => causes));
  const figures = true;
  return htmlTable({
    caption: 'Each rollout, and its losses by cause',
    columns: [
      { title: 'rollout' },
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
        number(at + 1),
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
    caption: 'By kind of traffic; the latency is that of the slowest rollout',
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

function timelineSection({ timelines }: VerifyReport): readonly Section[] {
  if (timelines.length === 0) return [];
  const body = timelines.map(({ title, measurement }) => timelinePart(title, measurement));
  return [{ id: 'timelines', title: 'Single rollouts', body }];
}

function methodSection(report: VerifyReport): Section {
  const settings = [
    ['rate', `${count(report.rate, 'request')} a second`],
    ['a rollout may lose', number(report.maxLost)],
  ];
  const body = [code(report.command), html`<p>${howCounted}</p>`, measuredWith(report, report.rollouts, settings)];
  return { id: 'method', title: 'How it was measured', body };
}
