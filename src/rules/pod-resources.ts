// What a pod asks for, as a ResourceQuota counts it.
// Source: kubernetes/component-helpers resource/helpers.go, kubernetes/kubernetes pkg/quota/v1/evaluator/core/pods.go.

import { isObject, objectAt, own } from '../workload/json.ts';
import type { LimitRange } from '../workload/neighbours.ts';
import { parseQuantity } from '../workload/quantity.ts';
import type { Container, PodTemplate } from '../workload/workload.ts';

/** One resource of one list: `requests`, `cpu`. */
export interface ResourceName {
  readonly list: 'requests' | 'limits';
  readonly resource: string;
}

/** What containers get that write no amount. */
export type ContainerDefaults = Pick<LimitRange, 'defaultRequests' | 'defaultLimits'>;

/** The first of several LimitRanges counts. */
export function containerDefaults(ranges: readonly LimitRange[]): ContainerDefaults {
  const merged = (field: keyof ContainerDefaults) =>
    Object.assign({}, ...ranges.map((range) => range[field]).reverse());
  return { defaultRequests: merged('defaultRequests'), defaultLimits: merged('defaultLimits') };
}

/** In billionths; undefined where an amount cannot be read. */
export function podAmount({ spec }: PodTemplate, asked: ResourceName, defaults: ContainerDefaults): bigint | undefined {
  const whole = own(objectAt(objectAt(spec, 'resources'), asked.list), asked.resource);
  if (whole !== undefined) return parseQuantity(`${whole}`);
  let sum = 0n;
  for (const container of spec.containers) sum += amountOf(container, asked, defaults) ?? unreadable;
  // Sidecars run beside the init containers behind them, and beside everything else.
  let sidecars = 0n;
  let starting = 0n;
  for (const container of spec.initContainers ?? []) {
    const amount = amountOf(container, asked, defaults) ?? unreadable;
    if (container.restartPolicy === 'Always') sidecars += amount;
    const now = container.restartPolicy === 'Always' ? sidecars : sidecars + amount;
    if (now > starting) starting = now;
  }
  const running = sum + sidecars;
  const most = running > starting ? running : starting;
  return most >= unreadable ? undefined : most;
}

// More than any pod has.
const unreadable = 10n ** 60n;

function amountOf({ resources }: Container, asked: ResourceName, defaults: ContainerDefaults): bigint | undefined {
  const { list, resource } = asked;
  const written = isObject(resources) ? resources : {};
  const [request, limit] = [own(objectAt(written, 'requests'), resource), own(objectAt(written, 'limits'), resource)];
  // The API server takes a limit as the request, before the namespace's defaults are looked at.
  const amount =
    list === 'limits'
      ? (limit ?? own(defaults.defaultLimits, resource))
      : (request ?? limit ?? own(defaults.defaultRequests, resource));
  return amount === undefined ? 0n : parseQuantity(`${amount}`);
}
