// The Deployments whose pods a Service selects.

import { type JsonObject, objectAt } from '../workload/json.ts';
import { deployment } from '../workload/kinds/deployment.ts';
import { hasAll } from '../workload/selector.ts';
import type { Workload } from '../workload/workload.ts';
import type { Api } from './client/api.ts';
import { workloadsIn } from './workloads.ts';

type Labels = Readonly<Record<string, string>>;

/** @throws ApiError */
export async function deploymentsBehind(api: Api, namespace: string, selector: Labels): Promise<readonly Workload[]> {
  const found: Workload[] = [];
  for await (const one of workloadsIn(api, deployment, namespace)) {
    const labels = objectAt(objectAt(objectAt(one.spec as JsonObject, 'template'), 'metadata'), 'labels') as Labels;
    if (hasAll(selector, labels)) found.push(one);
  }
  return found;
}
