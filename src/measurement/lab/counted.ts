// One measurement without its single requests: counts, and what its pods show about the network.

import { countRollout } from '../analysis/count.ts';
import { type PodLag, podLags } from '../analysis/lag.ts';
import { type LagParts, podLagParts } from '../analysis/lag-parts.ts';
import type { Measurement } from '../analysis/measurement.ts';
import { podRoutes } from '../analysis/pod-routes.ts';
import { readTestAppLog, withLogs } from '../analysis/test-app-log.ts';
import { deliveryOf } from './delivery.ts';
import type { LabMeasurement } from './measure.ts';
import { proxiedLosses } from './proxied-losses.ts';
import type { LabRow, RowResult } from './result.ts';
import { rowKey } from './rows.ts';
import type { LabSettings } from './settings.ts';

/** Plain JSON of a few kilobytes, whatever the rate. */
export interface CountedMeasurement {
  readonly by: RowResult['by'];
  readonly rollout: RowResult['rollouts'][number];
  /** Empty where the row does not show them. */
  readonly lags: readonly PodLag[];
  /** With --data-plane. */
  readonly lagParts?: Omit<LagParts, 'parts'>;
}

/** New connections to each pod: with fewer, it is unclear when the last one would have come. */
const fewestASecond = 5;

/** `whole`: the measurement with what the logs of the pods add to it. */
export function countMeasurement(
  row: LabRow,
  { measurement, by, logs, rules, records }: LabMeasurement,
  settings: Pick<LabSettings, 'lanes' | 'rate'>,
): { readonly counted: CountedMeasurement; readonly whole: Measurement } {
  const read = [...logs].map(([pod, lines]) => readTestAppLog(pod, lines));
  const routes = rules && podRoutes(rules, read);
  // Where the proxy rolls, the events are those of its own pods.
  const proxied = records && row.rolls === undefined && proxiedLosses(measurement.samples, records, logs);
  const events = withLogs(measurement.events, read);
  const whole = { ...measurement, events, ...(routes && { routes }), ...(proxied && { proxied }) };
  const delivery = deliveryOf(whole.samples, { records, application: logs.values() });
  const rollout = { ...countRollout(whole), ...(delivery && { delivery }) };
  const lags = showsLag(settings, row) ? podLags(whole.events, read) : [];
  if (rules === undefined || routes === undefined) return { counted: { by, rollout, lags }, whole };
  const { mode, reads, resolutionMs } = rules;
  const pods = podLagParts(whole.events, { row: rowKey(row), routes, logs: read });
  return { counted: { by, rollout, lags, lagParts: { mode, reads, resolutionMs, pods } }, whole };
}

function showsLag({ lanes, rate }: Pick<LabSettings, 'lanes' | 'rate'>, { replicas, through }: LabRow): boolean {
  // A proxy opens as few connections to the pods as it can.
  if (through !== undefined) return false;
  return lanes.some((lane) => lane.endsWith('-new')) && rate / replicas >= fewestASecond;
}
