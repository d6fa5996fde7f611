// A ResourceQuota without room for surge pods: the API server refuses to create them, and a rollout that keeps its old pods waits
// for ever. Only what is known counts: quotas for some pods only, and amounts that cannot be read, say nothing.

import type { ResourceQuota } from '../workload/neighbours.ts';
import { formatQuantity, parseQuantity } from '../workload/quantity.ts';
import type { PodTemplate } from '../workload/workload.ts';
import { type ContainerDefaults, containerDefaults, podAmount, type ResourceName } from './pod-resources.ts';
import type { Subject } from './rule.ts';
import type { SurgeObstacle } from './surge-obstacle.ts';

/** The pods of a rollout at its fullest. */
export interface Demand {
  readonly replicas: number;
  readonly surge: number;
}

/** The first quota that has no room for all of them. */
export function quotaObstacle(subject: Subject, demand: Demand): SurgeObstacle | undefined {
  const { kind, surroundings } = subject;
  if (kind.replicas === undefined && kind.perNode !== true) return undefined;
  const quotas = surroundings.all('ResourceQuota').slice(0, mostQuotas);
  const limits = quotas.flatMap((quota) =>
    quota.scoped ? [] : Object.keys(quota.hard).map((key) => ({ quota, key })),
  );
  if (limits.length === 0) return undefined;
  // Of a new DaemonSet the number of nodes is not known; what is used already is.
  const replicas = kind.perNode === true ? (subject.stored?.last.pods ?? 0) : demand.replicas;
  const defaults = containerDefaults(surroundings.all('LimitRange').slice(0, mostQuotas));
  const whats = limits
    .slice(0, mostLimits)
    .map((limit) => shortage(subject, { ...demand, replicas }, { ...limit, defaults }));
  const what = whats.find((sentence) => sentence !== undefined);
  return what === undefined
    ? undefined
    : { what, discreet, cures, hangs: 'hangs for want of quota', severity: 'error' };
}

// A namespace has a handful; each is compared with every container.
const mostQuotas = 20;
const mostLimits = 200;

const discreet = 'a ResourceQuota has no room for a surge pod';
const cures = 'a larger quota, fewer replicas, or maxSurge 0 with maxUnavailable 1';

interface QuotaLimit {
  readonly quota: ResourceQuota;
  /** `pods`, `requests.cpu`. */
  readonly key: string;
  readonly defaults: ContainerDefaults;
}

/**
 * The sentence for a resource that is too short. Live, `used` holds what is there, this workload's own pods among it; before it is
 * created, and in manifests, its own pods are taken for part of it, because each rollout begins with an update that knows better.
 */
function shortage(
  { template, stored }: Subject,
  { replicas, surge }: Demand,
  { quota, key, defaults }: QuotaLimit,
): string | undefined {
  const hard = amountIn(quota.hard[key]);
  const each = ofOnePod(template, key, defaults);
  if (hard === undefined || each === undefined || each === 0n) return undefined;
  const isCounted = stored !== undefined && stored.last.what !== 'unknown';
  const before = isCounted ? (ofOnePod(stored.template, key, defaults) ?? each) : each;
  const own = before * BigInt(isCounted ? stored.last.pods : replicas);
  const used = amountIn(quota.used?.[key]) ?? 0n;
  const others = used > own ? used - own : 0n;
  // Old and new pods are there at the same time.
  const largest = before > each ? before : each;
  if (others + largest * BigInt(replicas + surge) <= hard) return undefined;
  const isPods = key === 'pods' || key === 'count/pods';
  const wanted = others + each * BigInt(replicas);
  const allowed = isPods ? `${quota.hard[key]} pods` : `${key} ${quota.hard[key]}`;
  const needed = isPods ? `${wanted / onePod}` : formatQuantity(wanted);
  return `ResourceQuota ${quota.name} allows ${allowed}, and ${needed} are wanted beside a surge of ${surge}`;
}

function amountIn(amount: string | undefined): bigint | undefined {
  return amount === undefined ? undefined : parseQuantity(amount);
}

const onePod = 1_000_000_000n;

/** undefined for what a quota does not count by pods. */
function ofOnePod(template: PodTemplate, key: string, defaults: ContainerDefaults): bigint | undefined {
  if (key === 'pods' || key === 'count/pods') return onePod;
  const asked = resourceIn(key);
  return asked && podAmount(template, asked, defaults);
}

function resourceIn(key: string): ResourceName | undefined {
  const list = ['requests', 'limits'].find((name) => key.startsWith(`${name}.`)) as ResourceName['list'] | undefined;
  if (list !== undefined) return { list, resource: key.slice(list.length + 1) };
  const isPlain = ['cpu', 'memory', 'ephemeral-storage'].includes(key) || key.startsWith('hugepages-');
  return isPlain ? { list: 'requests', resource: key } : undefined;
}
