// The sections of the report of `hitless lab`, in their order.

import type { Section } from '../../../page/page.ts';
import { code, htmlTable } from '../../../page/parts.ts';
import { count } from '../../../text/count.ts';
import { html, type Markup } from '../../../text/markup.ts';
import type { LabResult, RowResult } from '../../lab/result.ts';
import { wayOf } from '../../lab/ways-to-leave/ways.ts';
import { byKind, floorNote } from '../by-kind.ts';
import { byLeave, cordonNote } from '../by-leave.ts';
import { lagSvg } from '../charts/lag.ts';
import { lossesSvg, mostOf } from '../charts/losses.ts';
import { drainLabels, duration, measuredUnit, occurredCauses } from '../labels.ts';
import { figure } from './figure.ts';
import { causeTable, kindTable, leaveTable, rowTable, trafficTable } from './lab-tables.ts';
import { causeMeanings, howCounted, measuredWith, timelinePart } from './parts.ts';
import { waySections } from './ways.ts';

export function lossSections({ rows }: LabResult): readonly Section[] {
  if (rows.length === 0) return [];
  const found = occurredCauses(rows.map(({ causes }) => causes));
  const charts = lossFigures(rows);
  const why =
    found.length === 0 ? html`<p>Nothing was lost.</p>` : html`${causeTable(rows, found)}${causeMeanings(found)}`;
  return [
    { id: 'losses', title: `Losses per ${measuredUnit(rows)}`, body: [...charts, rowTable(rows)] },
    ...leaveSection(rows),
    ...kindSection(rows),
    ...waySections(rows),
    { id: 'traffic', title: 'By kind of traffic', body: [trafficTable(rows)] },
    { id: 'causes', title: 'By cause', body: [why] },
  ];
}

/** Where pods left in other ways than by a rollout. */
function leaveSection(rows: readonly RowResult[]): readonly Section[] {
  const found = byLeave(rows);
  if (found === undefined) return [];
  const cordons = rows.some(({ leave }) => leave !== undefined && wayOf(leave).cordons);
  const body = [leaveTable(found), ...(cordons ? [html`<p>${cordonNote}</p>`] : [])];
  return [{ id: 'leaving', title: 'By way to leave', body }];
}

/** Where other kinds than Deployments were measured. */
function kindSection(rows: readonly RowResult[]): readonly Section[] {
  if (rows.every(({ kind }) => kind === undefined)) return [];
  const floor = byKind(rows).some(({ isFloor }) => isFloor) ? [html`<p>${floorNote}</p>`] : [];
  return [{ id: 'kinds', title: 'By kind of workload', body: [kindTable(rows), ...floor] }];
}

/** One chart for each number of replicas, all to the same scale. */
function lossFigures(rows: readonly RowResult[]): readonly Markup[] {
  const most = mostOf(rows);
  const unit = measuredUnit(rows);
  const groups = [...Map.groupBy(rows, ({ replicas }) => replicas)];
  return groups.map(([replicas, group]) => {
    const title = `Losses per ${unit} with ${count(replicas, 'replica')}`;
    const heading = groups.length > 1 ? html`<h3>${count(replicas, 'replica')}</h3>` : undefined;
    const caption = `Each bar is the mean over the ${unit}s of a row, coloured by cause. The line across its end is the 95\u00a0% confidence interval of the mean.`;
    return html`${heading}${figure(caption, (look) => lossesSvg({ title, rows: group, most }, look))}`;
  });
}

export function lagSection({ lag, recommendation }: LabResult): readonly Section[] {
  if (lag === undefined) return [];
  const sleepSeconds = recommendation?.sleepSeconds;
  const given = {
    title: 'How long terminating pods still get new connections',
    lag,
    ...(sleepSeconds !== undefined && { sleepSeconds }),
  };
  const caption =
    'For each pod, the time from being marked for deletion to the last new connection that reached it. A pod has to keep serving for that long.';
  const rows = [
    ['half of the pods', duration(lag.p50)],
    ['99 % of the pods', duration(lag.p99)],
    ['the slowest', duration(lag.max)],
  ];
  const columns = [{ title: 'pods' }, { title: 'at most', figures: true }];
  const body = [
    figure(caption, (look) => lagSvg(given, look)),
    htmlTable({ caption: `The lag of the network, measured on ${count(lag.pods, 'terminating pod')}`, columns, rows }),
  ];
  return [{ id: 'lag', title: 'How long the network takes', body }];
}

export function policySection({ recommendation }: LabResult): readonly Section[] {
  if (recommendation === undefined) return [];
  const { sleepSeconds, why, policy } = recommendation;
  const body = [
    html`<p>A preStop sleep of <strong>${sleepSeconds} s</strong>: ${why.replace(/\.$/, '')}.</p>`,
    html`<p>As a policy for a namespace whose pods are called on this path alone, for <code>kubectl apply</code>:</p>`,
    code(policy),
  ];
  return [{ id: 'policy', title: 'The sleep for this path', body }];
}

export function timelineSections({ timelines }: LabResult): readonly Section[] {
  if (timelines.length === 0) return [];
  const body = timelines.map((line) => {
    const title = `${line.title}, ${drainLabels(line)}, ${count(line.replicas, 'replica')}`;
    return timelinePart(title, line.measurement);
  });
  return [{ id: 'timelines', title: 'Single rollouts', body }];
}

export function methodSection(result: LabResult): Section {
  const ofEach = `${count(result.rate, 'request')} a second of each kind: new connections, kept connections, WebSocket, gRPC`;
  const rollouts = result.rows.flatMap((row) => row.rollouts);
  const body = [
    code(result.command),
    html`<p>${howCounted}</p>`,
    html`<p>Each rollout has a fresh workload, a fresh Service and a fresh source of the load, so that no loss carries over from one rollout to the next. Rows take turns. The interval is where the mean of many more such rollouts would be, with 95 % confidence.</p>`,
    measuredWith(result, rollouts, [['rate', ofEach]]),
  ];
  return { id: 'method', title: 'How it was measured', body };
}
