// What is kept of each measurement while the lab runs, and the result at the end.

import { labFormat } from '../../names.ts';
import { version } from '../../version.ts';
import { countRollout, lostIn, totalsOf } from '../analysis/count.ts';
import { lagDistribution, type PodLag, podLags } from '../analysis/lag.ts';
import { type LagParts, lagPartsOf, podLagParts } from '../analysis/lag-parts.ts';
import type { RolloutResult } from '../analysis/measurement.ts';
import { podRoutes } from '../analysis/pod-routes.ts';
import { recommend } from '../analysis/recommend.ts';
import { readTestAppLog, withLogs } from '../analysis/test-app-log.ts';
import { deliveryOf } from './delivery.ts';
import type { LabMeasurement } from './measure.ts';
import type { LabResult, LabRow, RowResult } from './result.ts';
import { promisesNoLoss, rowKey } from './rows.ts';
import type { LabSettings } from './settings.ts';

export interface Collected {
  /** Returns the counts of the measurement. */
  readonly add: (row: LabRow, measured: LabMeasurement) => RolloutResult;
  /** Records what was not measured, in a sentence. */
  readonly fail: (sentence: string) => void;
  readonly result: (about: { readonly kubernetes: string; readonly command: string }) => LabResult;
}

interface Kept {
  by: RowResult['by'];
  readonly rollouts: RowResult['rollouts'][number][];
}

/** New connections to each pod: with fewer, it is unclear when the last one would have come. */
const fewestASecond = 5;

export function collect(settings: Pick<LabSettings, 'rows' | 'rate' | 'lanes' | 'target'>): Collected {
  const { rows, rate } = settings;
  const started = new Date();
  const kept = new Map<string, Kept>();
  const lags: PodLag[] = [];
  const failures: string[] = [];
  let parts: Omit<LagParts, 'parts'> | undefined;
  const timelines = new Map<string, LabResult['timelines'][number]>();
  return {
    add: (row, { measurement, by, logs, rules, records }) => {
      const read = [...logs].map(([pod, lines]) => readTestAppLog(pod, lines));
      const routes = rules && podRoutes(rules, read);
      const whole = { ...measurement, events: withLogs(measurement.events, read), ...(routes && { routes }) };
      const delivery = deliveryOf(whole.samples, { records, application: logs.values() });
      const rollout = { ...countRollout(whole), ...(delivery && { delivery }) };
      const own = kept.get(rowKey(row)) ?? { by, rollouts: [] };
      own.rollouts.push(rollout);
      kept.set(rowKey(row), own);
      if (rules && routes) {
        const { mode, reads, resolutionMs } = rules;
        const own = podLagParts(whole.events, { row: rowKey(row), routes, logs: read });
        parts = { mode, reads, resolutionMs, pods: [...(parts?.pods ?? []), ...own] };
      }
      if (showsLag(settings, row)) lags.push(...podLags(whole.events, read));
      if (
        (isShown(row) || (routes && showsRoutes(row))) &&
        own.rollouts.every((other) => other === rollout || lostIn(other) < lostIn(rollout))
      )
        timelines.set(rowKey(row), { ...row, measurement: whole });
      return rollout;
    },
    fail: (sentence) => failures.push(sentence),
    result: ({ kubernetes, command }) => ({
      format: labFormat,
      versions: { hitless: version, kubernetes, node: process.version },
      command,
      startedAt: started.toISOString(),
      durationSeconds: Math.round((Date.now() - started.getTime()) / 1000),
      rate,
      rows: rows.map((row) => ({
        ...row,
        by: kept.get(rowKey(row))?.by ?? 'nobody',
        rollouts: kept.get(rowKey(row))?.rollouts ?? [],
        ...totalsOf(kept.get(rowKey(row))?.rollouts ?? []),
      })),
      ...fromLags(lags, failures, settings),
      ...(parts && { lagParts: { ...parts, parts: lagPartsOf(parts.pods) } }),
      timelines: [...timelines.values()],
    }),
  };
}

/** Rows whose worst rollout is kept in full: without any fix, and with all of them. */
function isShown(row: LabRow): boolean {
  return (row.fixes === 'nothing' && !row.drains) || promisesNoLoss(row);
}

/** Whose losses are the network's lag alone: its pods are ready before they get traffic, and do not wait for the network at their end. */
function showsRoutes({ fixes, drains }: LabRow): boolean {
  return fixes === 'only/readiness-probe' && !drains;
}

function showsLag({ lanes, rate }: Pick<LabSettings, 'lanes' | 'rate'>, { replicas, through }: LabRow): boolean {
  // A proxy opens as few connections to the pods as it can.
  if (through !== undefined) return false;
  return lanes.some((lane) => lane.endsWith('-new')) && rate / replicas >= fewestASecond;
}

type LagScene = Pick<LabSettings, 'rows' | 'target'>;

function fromLags(lags: readonly PodLag[], failures: readonly string[], { rows, target }: LagScene) {
  // With a target outside the cluster the pods' clocks are unknown, so no lag is expected; nor is one behind proxies alone.
  if (target !== undefined || rows.every(({ through }) => through !== undefined)) return { failures };
  const lag = lagDistribution(lags);
  const advised = recommend(lag);
  const isAsked = rows.some(({ leave }) => leave === undefined);
  if (advised.kind === 'unknown' && !isAsked) return { ...(lag && { lag }), failures };
  if (advised.kind === 'unknown') return { ...(lag && { lag }), failures: [...failures, advised.why] };
  const { sleepSeconds, why, policy } = advised;
  return { ...(lag && { lag }), recommendation: { sleepSeconds, why, policy }, failures };
}
