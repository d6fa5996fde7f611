// What the reports of `lab` and `verify` share: time lines with their losses, causes, versions.

import type { Failures } from '../../../page/page.ts';
import { htmlTable, meanings } from '../../../page/parts.ts';
import { count, number } from '../../../text/count.ts';
import { html, type Markup } from '../../../text/markup.ts';
import type { Cause, Measurement, RolloutResult } from '../../analysis/measurement.ts';
import { isLost, type Sample } from '../../load/sample.ts';
import { beganMs, zeroText } from '../charts/timeline/spans.ts';
import { timelineSvg } from '../charts/timeline/timeline.ts';
import { causeLabels, duration, outcomeLabels, trafficLabels } from '../labels.ts';
import { figure } from './figure.ts';

/** A picture of one rollout and the list of what it lost. */
export function timelinePart(title: string, measurement: Measurement): Markup {
  const lost = measurement.samples.filter(isLost);
  const caption = `${number(lost.length)} of ${number(measurement.samples.length)} requests lost. Each dot is a request, placed by when it was due and how long it took; some of the answered ones are left out, none of the lost ones.`;
  return html`<div class="timeline">
<h3>${title}</h3>
${figure(caption, (look) => timelineSvg({ title, measurement }, look))}</div>
${lost.length === 0 ? undefined : lossTable(lost, measurement)}`;
}

// More kinds of loss than this in one rollout would not be read.
const mostRows = 25;

function lossTable(lost: readonly Sample[], measurement: Measurement): Markup {
  const groups = [
    ...Map.groupBy(lost, ({ lane, outcome, status, detail }) =>
      JSON.stringify([lane, outcome, status, detail]),
    ).values(),
  ];
  const shown = groups.toSorted((one, other) => other.length - one.length).slice(0, mostRows);
  const rest = groups.length - shown.length;
  const columns = [
    { title: 'traffic' },
    { title: 'outcome' },
    { title: 'detail' },
    { title: 'first, s', figures: true },
    { title: 'last, s', figures: true },
    { title: 'lost', figures: true },
  ];
  const caption = `What was lost, and when, in ${zeroText(measurement)}${rest > 0 ? `; ${count(rest, 'smaller kind')} not shown` : ''}`;
  return htmlTable({ caption, columns, rows: shown.map((group) => lossRow(group, beganMs(measurement))) });
}

function lossRow(group: readonly Sample[], began: number) {
  const [first] = group;
  const last = group.at(-1);
  if (first === undefined || last === undefined) return [];
  const seconds = ({ dueMs }: Sample) => ((dueMs - began) / 1000).toFixed(2);
  const said = [first.status === undefined ? '' : `status ${first.status}`, first.detail ?? '']
    .filter((part) => part !== '')
    .join(', ');
  return [
    trafficLabels[first.lane],
    outcomeLabels[first.outcome],
    said,
    seconds(first),
    seconds(last),
    number(group.length),
  ];
}

export function causeMeanings(found: readonly Cause[]): Markup {
  return meanings(
    found.map((cause) => ({
      name: causeLabels[cause].title,
      text: `${causeLabels[cause].text} What helps: ${lowerFirst(causeLabels[cause].remedy)}`,
    })),
  );
}

function lowerFirst(text: string): string {
  return /^[A-Z][a-z ]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}

interface About {
  readonly versions: Readonly<Record<'hitless' | 'node', string>> & { readonly kubernetes?: string };
  readonly startedAt: string;
  readonly durationSeconds: number;
}

/** `settings`: what was asked for, a name and a value each. */
export function measuredWith(about: About, rollouts: readonly RolloutResult[], settings: readonly string[][]): Markup {
  const late = rollouts.reduce((most, { schedulingError }) => Math.max(most, schedulingError.p99), 0);
  const delay = `in the worst rollout, 99 % of the requests were sent at most ${duration(late)} late`;
  const rows = [
    ['hitless', about.versions.hitless],
    ...(about.versions.kubernetes === undefined ? [] : [['Kubernetes', about.versions.kubernetes]]),
    ['Node.js', about.versions.node],
    ['started', when(about.startedAt)],
    ['took', howLong(about.durationSeconds)],
    ...settings,
    ['scheduling delay', rollouts.length === 0 ? 'not measured' : delay],
  ];
  return htmlTable({ caption: 'What it was measured with', columns: [{ title: 'what' }, { title: 'value' }], rows });
}

/** 2026-11-22 13:00 UTC; any other text is returned unchanged. */
export function when(iso: string): string {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d.*Z$/.test(iso) ? `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC` : iso;
}

/** 1 h 28 min, 3 min 20 s, 12 s. */
export function howLong(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

export const howCounted =
  'The load follows an open model: a request is sent when it is due, whatever became of those before it. A request is lost when no complete and good answer came in time; clients do not retry unless the command says so. Latency counts from when the request was due.';

export function notMeasured(sentences: readonly string[]): Failures {
  return { title: 'Not measured', sentences };
}
