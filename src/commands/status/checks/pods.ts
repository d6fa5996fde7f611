// The pods of hitless: how many are ready, why the others are not, restarts, images, and what the Service sends to.

import { argumentOf, failurePoliciesOf, type Installation, type Release } from '../../../cluster/installation.ts';
import { knownValue, unknownOf } from '../../../cluster/known.ts';
import { isReady } from '../../../measurement/rollout/objects.ts';
import { count } from '../../../text/count.ts';
import { truncateLine } from '../../../text/truncate.ts';
import { type JsonObject, objectAt, objectsAt, own } from '../../../workload/json.ts';
import { deployment } from '../../../workload/kinds/deployment.ts';
import { defineCheck, type Judgement, type Remark } from '../check.ts';
import { isAlive, nameOf, troublesOf } from '../pod-troubles.ts';

interface Facts {
  readonly installations: readonly Installation[];
  readonly now: Date;
}

export const podsCheck = defineCheck<Facts>({
  id: 'pods',
  title: 'pods',
  read: async ({ installations, now }) => ({ installations: await installations(), now }),
  judge: ({ installations, now }): Judgement => {
    const judged = installations.map((one) => judgeOne(one, now));
    const summaries = judged.flatMap(({ summary }) => (summary === undefined ? [] : [summary]));
    return {
      ...(summaries.length > 0 && { summary: summaries.join('; ') }),
      remarks: judged.flatMap(({ remarks }) => remarks),
      unknown:
        installations.length === 0 ? ['no release was found'] : [...new Set(judged.flatMap(({ unknown }) => unknown))],
      facts: { releases: judged.flatMap(({ facts }) => (facts === undefined ? [] : [facts])) },
    };
  },
});

function judgeOne(installation: Installation, now: Date): Judgement {
  const { release, service, deployments, pods, readyEndpoints } = installation;
  const title = `${release.namespace}/${release.name}`;
  const unknown = unknownOf(service, deployments, pods, readyEndpoints);
  const all = knownValue(pods)?.filter(isAlive);
  const wanted = wantedOf(installation);
  const ready = all?.filter(isReady).length;
  const remarks = [
    ...(service.kind === 'known' && service.value === undefined ? [noService(title)] : []),
    ...(deployments.kind === 'known' ? deploymentRemarks(title, wanted, deployments.value.length) : []),
    ...(argumentOf(knownValue(deployments) ?? [], '--mode') === 'audit' ? [capped(title)] : []),
    ...endpointRemarks(installation),
    ...(all ?? []).flatMap((pod) => troublesOf(pod, now)),
    ...missingRemarks(title, wanted, all),
    ...imageRemarks(title, all ?? []),
  ];
  if (all === undefined) return { remarks, unknown };
  const images = imagesOf(all);
  const restarts = all.flatMap(statusesOf).reduce((sum, one) => sum + Number(one.restartCount ?? 0), 0);
  return {
    summary: `${title}: ${ready} of ${wanted ?? all.length} ready, ${count(restarts, 'restart')}${images.length === 0 ? '' : `, image ${images.join(' and ')}`}`,
    remarks,
    unknown,
    facts: {
      ...{ release: title, ready: ready ?? 0, restarts, images },
      ...(wanted !== undefined && { wanted }),
      ...(readyEndpoints.kind === 'known' && { readyEndpoints: readyEndpoints.value }),
    },
  };
}

function wantedOf({ deployments }: Installation): number | undefined {
  const all = knownValue(deployments);
  const { replicas } = deployment;
  if (all === undefined || all.length === 0 || replicas === undefined) return undefined;
  return all.reduce((sum, one) => sum + Number(own(one.spec as JsonObject, 'replicas') ?? 1), 0);
}

function noService(title: string): Remark {
  const message = `the Service ${title} does not exist: API servers do not reach hitless`;
  return { severity: 'error', message, action: 'restore it with helm upgrade' };
}

function capped(title: string): Remark {
  const message = `${title} is capped to audit: nothing is patched, whatever the labels of namespaces say`;
  return { severity: 'note', message, action: 'mode=enforce in the values of the chart lifts that' };
}

function deploymentRemarks(title: string, wanted: number | undefined, deployments: number): readonly Remark[] {
  if (deployments === 0)
    return [
      {
        severity: 'error',
        message: `no Deployment belongs to the Service ${title}`,
        action: 'restore it with helm upgrade',
      },
    ];
  if (wanted !== 0) return [];
  return [
    {
      severity: 'error',
      message: `the Deployment of ${title} is scaled to 0: no call is answered`,
      action: 'scale it up, or uninstall hitless',
    },
  ];
}

function endpointRemarks({ release, readyEndpoints }: Installation): readonly Remark[] {
  if (knownValue(readyEndpoints) !== 0) return [];
  const message = `the Service ${release.namespace}/${release.name} has no ready endpoint: ${effectOf(release)}`;
  return [{ severity: 'error', message, action: 'look at why no pod is ready' }];
}

/** What becomes of the calls. */
function effectOf({ configuration }: Release): string {
  if (configuration === undefined) return 'no call would be answered';
  const [policy, ...others] = failurePoliciesOf(configuration);
  if (others.length > 0) return 'Deployments are written unpatched (failurePolicy Ignore) or refused (Fail)';
  return policy === 'Ignore'
    ? 'Deployments are written unpatched (failurePolicy Ignore)'
    : 'Deployments of namespaces that opted in are refused (failurePolicy Fail)';
}

/** A quota, a missing ServiceAccount: there is no pod that could say it. */
function missingRemarks(
  title: string,
  wanted: number | undefined,
  pods: readonly JsonObject[] | undefined,
): readonly Remark[] {
  if (wanted === undefined || pods === undefined || pods.length >= wanted) return [];
  const [namespace = '', name = ''] = title.split('/');
  return [
    {
      severity: 'error',
      message: `${title} has ${pods.length} of ${count(wanted, 'pod')}`,
      action: `kubectl -n ${namespace} describe replicasets and its events say why (kubectl -n ${namespace} describe deployment ${name})`,
    },
  ];
}

function statusesOf(pod: JsonObject): readonly JsonObject[] {
  return objectsAt(objectAt(pod, 'status'), 'containerStatuses');
}

function imagesOf(pods: readonly JsonObject[]): readonly string[] {
  const containers = pods.flatMap((pod) => objectsAt(objectAt(pod, 'spec'), 'containers'));
  const ours = containers.filter(({ name }) => `${name}`.startsWith('webhook'));
  return [...new Set(ours.map(({ image }) => `${image}`))].toSorted();
}

/** Two images during a rollout are as it should be, and one tag that means two images never is. */
function imageRemarks(title: string, pods: readonly JsonObject[]): readonly Remark[] {
  const images = imagesOf(pods);
  if (images.length > 1) {
    const message = `the pods of ${title} run different images: ${truncateLine(images.join(', '), 300)}`;
    return [
      {
        severity: 'warning',
        message,
        action: 'wait for the rollout, or see why it does not end (kubectl rollout status)',
      },
    ];
  }
  const ids = new Set(
    pods.flatMap((pod) =>
      statusesOf(pod)
        .filter((one) => `${one.name}`.startsWith('webhook'))
        .map((one) => one.imageID),
    ),
  );
  ids.delete(undefined);
  ids.delete('');
  if (ids.size < 2) return [];
  const message = `the pods of ${title} run different contents of the image ${images.join('')}: its tag was moved (${pods.map(nameOf).join(', ')})`;
  return [
    { severity: 'warning', message, action: 'restart the Deployment, and use a digest or a tag that never moves' },
  ];
}
