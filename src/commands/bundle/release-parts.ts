// The parts of a bundle that are about one release: its objects, its events, and what its pods tell.

import { pagesOf } from '../../cluster/client/pages.ts';
import { apiResources, collectionOf, pathOf } from '../../cluster/client/resources.ts';
import { type Installation, podSpecOf, type Release, readInstallation } from '../../cluster/installation.ts';
import { ifPresent, type Known, known, knownValue } from '../../cluster/known.ts';
import { isReady } from '../../measurement/rollout/objects.ts';
import { type JsonObject, objectAt, own } from '../../workload/json.ts';
import { bounds } from './bounds.ts';
import { certificatesPart } from './certificates.ts';
import { firstItems, type Reading } from './cluster-parts.ts';
import {
  metadata,
  shownDeployment,
  shownDisruptionBudget,
  shownEvent,
  shownPod,
  shownService,
} from './installation-objects.ts';
import { fields } from './keep.ts';
import { jsonPart, type Part } from './part.ts';
import { podParts } from './pod-parts.ts';
import { configMapsOf, shownSettings } from './settings.ts';

export interface ReleaseReading extends Reading {
  readonly logLines: number;
}

export async function releaseParts(reading: ReleaseReading, release: Release): Promise<readonly Part[]> {
  const { namespace, name } = release;
  const folder = `${namespace}/${name}`;
  const installation = await readInstallation(reading.api, release, reading.attempt);
  const { deployments, pods } = installation;
  const told = await Promise.all(
    chosen(pods).map((one, at) => podParts({ ...reading, namespace, folder }, one, at + 1)),
  );
  const [budget, events, settings] = await Promise.all([
    budgetPart(reading, release, folder),
    eventsPart(reading, release, folder),
    settingsPart(reading, installation, folder),
  ]);
  const title = 'Deployment: arguments and names of variables, replicas, conditions';
  return [
    jsonPart({ path: `${folder}/deployments.json`, title }, deployments, (all) =>
      all.map((one) => shownDeployment(one as unknown as JsonObject)),
    ),
    settings,
    servicePart(installation, folder),
    podsPart(pods, folder),
    ...[budget, events, certificatesPart(release, told.flat(), folder)],
    ...told.flat(),
  ];
}

const nameOf = (one: JsonObject) => `${own(objectAt(one, 'metadata'), 'name')}`;

/** The first ones by name, but what is not ready before all others. */
function chosen(pods: Known<readonly JsonObject[]>): readonly JsonObject[] {
  const sorted = byName(knownValue(pods) ?? []).toSorted((a, b) => Number(isReady(a)) - Number(isReady(b)));
  return byName(sorted.slice(0, bounds.pods));
}

function byName(objects: readonly JsonObject[]): readonly JsonObject[] {
  return objects.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

function podsPart(pods: Known<readonly JsonObject[]>, folder: string): Part {
  const part = jsonPart({ path: `${folder}/pods.json`, title: 'pods: their status' }, pods, (all) =>
    byName(all).map(shownPod),
  );
  const count = knownValue(pods)?.length ?? 0;
  if (count <= bounds.pods) return part;
  return { ...part, why: `metrics and logs are only of ${bounds.pods} of the ${count} pods` };
}

function servicePart({ service: found, readyEndpoints }: Installation, folder: string): Part {
  const name = { path: `${folder}/service.json`, title: 'Service: ports, and how many addresses get calls' };
  const part = jsonPart(name, found, (value) => ({
    service: value === undefined ? 'absent' : shownService(value),
    ...(readyEndpoints.kind === 'known' && { readyEndpoints: readyEndpoints.value }),
  }));
  return readyEndpoints.kind === 'unknown' && part.why === undefined ? { ...part, why: readyEndpoints.why } : part;
}

async function budgetPart({ api, attempt }: Reading, { namespace, name }: Release, folder: string): Promise<Part> {
  const path = pathOf({ kind: apiResources.podDisruptionBudgets, namespace, name });
  const permission = `get poddisruptionbudgets.policy in namespace ${namespace}`;
  const found = await attempt(permission, () => api.json({ path }));
  return jsonPart(
    { path: `${folder}/poddisruptionbudget.json`, title: 'PodDisruptionBudget' },
    found,
    shownDisruptionBudget,
  );
}

/** The chart writes flags alone; an installation of your own may have its settings in a ConfigMap. */
async function settingsPart({ api, attempt }: Reading, installation: Installation, folder: string): Promise<Part> {
  const { namespace } = installation.release;
  const part = {
    path: `${folder}/configmaps.json`,
    title: 'ConfigMaps that variables are taken from: settings of hitless',
  };
  const specs = (knownValue(installation.deployments) ?? []).map(podSpecOf);
  const names = [...new Set(specs.flatMap(configMapsOf))];
  if (installation.deployments.kind === 'unknown') return { ...part, why: installation.deployments.why };
  if (names.length === 0) return jsonPart(part, known([]), (none) => none);
  const found = await attempt(`get configmaps in namespace ${namespace}`, async () => {
    const paths = names.map((name) => pathOf({ kind: apiResources.configMaps, namespace, name }));
    return Promise.all(paths.map((path) => ifPresent(() => api.json({ path }))));
  });
  const show = fields({ metadata, data: shownSettings });
  return jsonPart(part, found, (all) => all.map((one) => (one === undefined ? 'absent' : show(one))));
}

/** Of objects that are named as those of a release are. */
async function eventsPart({ api, attempt }: Reading, { namespace, name }: Release, folder: string): Promise<Part> {
  const part = { path: `${folder}/events.json`, title: 'events of the objects of hitless, without their messages' };
  const pages = () => pagesOf(api, { path: collectionOf(apiResources.events, namespace), pageSize: 500 });
  const found = await attempt(`list events in namespace ${namespace}`, () => firstItems(pages(), bounds.eventsRead));
  if (found.kind === 'unknown') return jsonPart(part, found, () => null);
  const ours = found.value.items.filter((one) => {
    const of = own(objectAt(one, 'involvedObject'), 'name');
    return of === name || `${of}`.startsWith(`${name}-`);
  });
  const sorted = ours.toSorted((a, b) => (timeOf(a) < timeOf(b) ? -1 : 1));
  const last = jsonPart(part, known(sorted.slice(-bounds.events)), (all) => all.map(shownEvent));
  const isCut = found.value.isCut || ours.length > bounds.events;
  return isCut
    ? { ...last, why: `${bounds.events} of them at most, among the first ${bounds.eventsRead} of the namespace` }
    : last;
}

function timeOf(one: JsonObject): string {
  return `${one.lastTimestamp ?? one.eventTime ?? ''}`;
}
