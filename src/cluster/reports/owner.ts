// The owner of the reports, with which the garbage collector removes them. It is cluster-scoped: an object of one namespace can own nothing
// in another one.

import { objectAt, own } from '../../workload/json.ts';
import { type Api, ApiError } from '../client/api.ts';
import { type ApiResource, apiResources, apiVersionOf, pathOf } from '../client/resources.ts';
import type { OwnerKind, OwnerName } from './owner-kinds.ts';
import type { ReportOwner } from './report.ts';

const resources: Readonly<Record<OwnerKind, ApiResource>> = {
  ClusterRole: apiResources.clusterRoles,
  MutatingWebhookConfiguration: apiResources.webhookConfigurations,
};

/** @throws Error where it does not exist: then the release is being uninstalled, and reports would stay for ever. ApiError */
export async function readOwner(api: Api, { kind, name }: OwnerName): Promise<ReportOwner> {
  const resource = resources[kind];
  try {
    const object = await api.json({ path: pathOf({ kind: resource, name }) });
    return { apiVersion: apiVersionOf(resource), kind, name, uid: `${own(objectAt(object, 'metadata'), 'uid')}` };
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 404) throw error;
    throw new Error(`there is no ${kind} ${name}, which is to own the reports: nothing is written`);
  }
}
