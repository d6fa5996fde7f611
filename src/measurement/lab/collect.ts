// What is kept of each measurement while the lab runs, and the result at the end.

import { labFormat } from '../../names.ts';
import { version } from '../../version.ts';
import { lostIn, totalsOf } from '../analysis/count.ts';
import { lagDistribution, type PodLag } from '../analysis/lag.ts';
import { type LagParts, lagPartsOf } from '../analysis/lag-parts.ts';
import type { Measurement } from '../analysis/measurement.ts';
import { recommend } from '../analysis/recommend.ts';
import { type CountedMeasurement, countMeasurement } from './counted.ts';
import type { LabMeasurement } from './measure.ts';
import type { LabResult, LabRow, RowResult } from './result.ts';
import { promisesNoLoss, rowKey } from './rows.ts';
import type { LabSettings } from './settings.ts';

export interface Collected {
  readonly add: (row: LabRow, measured: LabMeasurement) => CountedMeasurement;
  /** The same for what an earlier run counted; without its single requests there is no time line of it. */
  readonly addCounted: (row: LabRow, counted: CountedMeasurement) => void;
  /** Records what was not measured, in a sentence. */
  readonly fail: (sentence: string) => void;
  readonly result: (about: About) => LabResult;
}

interface About extends Span {
  readonly kubernetes: string;
  readonly command: string;
}

/** Where earlier runs count, from the begin of the first one, and without the time between them. */
export interface Span {
  /** ISO 8601. */
  readonly startedAt: string;
  readonly durationSeconds: number;
}

interface Kept {
  by: RowResult['by'];
  readonly rollouts: RowResult['rollouts'][number][];
}

export function collect(settings: Pick<LabSettings, 'rows' | 'rate' | 'lanes' | 'target'>): Collected {
  const { rows, rate } = settings;
  const kept = new Map<string, Kept>();
  const lags: PodLag[] = [];
  const failures: string[] = [];
  let parts: Omit<LagParts, 'parts'> | undefined;
  const timelines = new Map<string, LabResult['timelines'][number]>();
  const addCounted = (row: LabRow, { by, rollout, lags: own, lagParts }: CountedMeasurement) => {
    const all = kept.get(rowKey(row)) ?? { by, rollouts: [] };
    all.rollouts.push(rollout);
    kept.set(rowKey(row), all);
    lags.push(...own);
    if (lagParts) parts = { ...lagParts, pods: [...(parts?.pods ?? []), ...lagParts.pods] };
  };
  return {
    addCounted,
    add: (row, measured) => {
      const { counted, whole } = countMeasurement(row, measured, settings);
      addCounted(row, counted);
      const others = kept.get(rowKey(row))?.rollouts ?? [];
      const isWorst = others.every((one) => one === counted.rollout || lostIn(one) < lostIn(counted.rollout));
      if (isWorst && isShown(row, whole)) timelines.set(rowKey(row), { ...row, measurement: whole });
      return counted;
    },
    fail: (sentence) => failures.push(sentence),
    result: ({ kubernetes, command, startedAt, durationSeconds }) => ({
      format: labFormat,
      versions: { hitless: version, kubernetes, node: process.version },
      command,
      startedAt,
      durationSeconds,
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

/** Rows whose worst rollout is kept in full: without any fix, with all of them, and what shows the routes of the node best. */
function isShown(row: LabRow, { routes }: Measurement): boolean {
  return (row.fixes === 'nothing' && !row.drains) || promisesNoLoss(row) || (routes !== undefined && showsRoutes(row));
}

/** Whose losses are the network's lag alone: its pods are ready before they get traffic, and do not wait for the network at their end. */
function showsRoutes({ fixes, drains }: LabRow): boolean {
  return fixes === 'only/readiness-probe' && !drains;
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
