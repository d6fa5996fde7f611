// What a recording tells, as events.

import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { endpointEvents } from '../../../src/measurement/rollout/endpoint-events.ts';
import type { RolloutEvent } from '../../../src/measurement/rollout/event.ts';
import { trackObjects } from '../../../src/measurement/rollout/object-tracker.ts';
import type { EndpointSlice, Pod } from '../../../src/measurement/rollout/objects.ts';
import { inOrder } from '../../../src/measurement/rollout/order.ts';
import { podEvents } from '../../../src/measurement/rollout/pod-events.ts';
import { podNaming } from '../../../src/measurement/rollout/pod-naming.ts';
import { workloadEvents } from '../../../src/measurement/rollout/workload-events.ts';
import type { JsonObject } from '../../../src/workload/json.ts';
import { deployment as kind } from '../../../src/workload/kinds/deployment.ts';
import type { Workload } from '../../../src/workload/workload.ts';

interface Line {
  readonly atMs: number;
  readonly kind: 'Pod' | 'EndpointSlice' | 'Deployment';
  readonly type: string;
  readonly object: JsonObject;
}

export const folder = join(import.meta.dirname, '../../measurement/rollout/recorded');
export const names = readdirSync(folder)
  .filter((file) => file.endsWith('.ndjson'))
  .map((file) => basename(file, '.ndjson'));

/** In order, milliseconds since the recording began. */
export function replay(name: string): readonly RolloutEvent[] {
  return inOrder(heard(name));
}

/** As the watch tells them. */
export function heard(name: string): readonly RolloutEvent[] {
  const text = readFileSync(join(folder, `${name}.ndjson`), 'utf8').trim();
  const events: RolloutEvent[] = [];
  const naming = podNaming();
  let atMs = 0;
  const tell = (told: readonly RolloutEvent[]) => void events.push(...told);
  const sinks = {
    Pod: trackObjects((before, now) =>
      tell(podEvents({ before: before as Pod | undefined, now: now as Pod | undefined }, naming, atMs)),
    ),
    EndpointSlice: trackObjects((before, now) =>
      tell(
        endpointEvents(
          { before: before as EndpointSlice | undefined, now: now as EndpointSlice | undefined },
          naming,
          atMs,
        ),
      ),
    ),
    Deployment: trackObjects((before, now) =>
      tell(workloadEvents(kind, { before: before as Workload | undefined, now: now as Workload | undefined }, atMs)),
    ),
  };
  for (const line of text.split('\n').map((one): Line => JSON.parse(one))) {
    atMs = line.atMs;
    const sink = sinks[line.kind];
    if (line.type === 'DELETED') sink.remove(line.object);
    else sink.put(line.object);
  }
  return events;
}
