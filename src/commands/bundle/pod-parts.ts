// The parts of a bundle that the pods of hitless tell themselves: metrics and logs, of the containers that run hitless and no others.

import { apiResources, pathOf } from '../../cluster/client/resources.ts';
import { type JsonObject, objectAt, objectsAt, own } from '../../workload/json.ts';
import { bounds } from './bounds.ts';
import type { Reading } from './cluster-parts.ts';
import { isPlainName } from './keep.ts';
import { logText } from './log-text.ts';
import { metricsText } from './metrics-text.ts';
import type { Part, PartName } from './part.ts';
import { type LineBounds, type ReadLines, readLines } from './reading.ts';

export interface PodPlace extends Reading {
  readonly namespace: string;
  /** Of the release, in the bundle. */
  readonly folder: string;
  readonly logLines: number;
}

/** `number`: which one, for a name that is none. */
export async function podParts(place: PodPlace, pod: JsonObject, number: number): Promise<readonly Part[]> {
  const name = `${own(objectAt(pod, 'metadata'), 'name')}`;
  const containers = objectsAt(objectAt(pod, 'spec'), 'containers').filter(runsHitless).slice(0, bounds.containers);
  const parts: Part[] = [];
  for (const [at, container] of containers.entries()) {
    const file = `${pathWord(name, `pod-${number}`)}/${pathWord(`${container.name}`, `container-${at + 1}`)}`;
    const asked = { name, container: `${container.name}`, file };
    parts.push(await metricsPart(place, asked, plainPort(container)), await logPart(place, asked));
    if (hasRestarted(pod, asked.container)) parts.push(await logPart(place, { ...asked, isPrevious: true }));
  }
  return parts;
}

export function pathWord(text: string, otherwise: string): string {
  return isPlainName(text) ? text : otherwise;
}

function runsHitless({ args }: JsonObject): boolean {
  return Array.isArray(args) && args.includes('serve');
}

const usualPort = '8080';

/** Where the container has its metrics without TLS. */
function plainPort({ args }: JsonObject): string {
  const start = '--plain-listen=';
  const found = (args as readonly unknown[]).find((one) => typeof one === 'string' && one.startsWith(start));
  return /\d{1,5}$/.exec(`${found ?? ''}`)?.[0] ?? usualPort;
}

function hasRestarted(pod: JsonObject, container: string): boolean {
  const statuses = objectsAt(objectAt(pod, 'status'), 'containerStatuses');
  return statuses.some(({ name, restartCount }) => name === container && Number(restartCount) > 0);
}

interface Asked {
  readonly name: string;
  readonly container: string;
  readonly file: string;
  /** The container's former run. */
  readonly isPrevious?: true;
}

interface Told {
  readonly part: PartName;
  readonly permission: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly bounds: LineBounds;
  readonly show: (lines: readonly string[]) => string;
}

async function tell({ api, attempt }: Reading, told: Told): Promise<Part> {
  const { part, permission, path, query, show } = told;
  const call = { path, ...(query && { query }) };
  const found = await attempt(permission, () => readLines(api, call, told.bounds));
  if (found.kind === 'unknown') return { ...part, why: found.why };
  const { lines, why }: ReadLines = found.value;
  return { ...part, text: show(lines), ...(why !== undefined && { why }) };
}

function metricsPart(place: PodPlace, { name, file }: Asked, port: string): Promise<Part> {
  const { namespace, folder } = place;
  return tell(place, {
    part: { path: `${folder}/metrics/${file}.txt`, title: `metrics of ${file}` },
    permission: `get pods/proxy in namespace ${namespace}`,
    path: `${pathOf({ kind: apiResources.pods, namespace, name: `${name}:${port}` })}/proxy/metrics`,
    bounds: { lines: Number.POSITIVE_INFINITY, bytes: bounds.metricsBytes },
    show: metricsText,
  });
}

function logPart(place: PodPlace, { name, container, file, isPrevious }: Asked): Promise<Part> {
  const { namespace, folder, logLines } = place;
  const end = isPrevious ? '.previous' : '';
  return tell(place, {
    part: {
      path: `${folder}/logs/${file}${end}.jsonl`,
      title: `log of ${file}${isPrevious ? ', before its last restart' : ''}`,
    },
    permission: `get pods/log in namespace ${namespace}`,
    path: `${pathOf({ kind: apiResources.pods, namespace, name })}/log`,
    query: { container, tailLines: `${logLines}`, ...(isPrevious && { previous: 'true' }) },
    bounds: { lines: logLines, bytes: bounds.logBytes },
    show: logText,
  });
}
