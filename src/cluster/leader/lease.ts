// A Lease as replicas see it: who holds it, and which version of it they know. Every write names the version that it is for.

import { type JsonObject, objectAt, own } from '../../workload/json.ts';
import type { NamespacedName } from '../../workload/kubernetes.ts';
import { type Api, ApiError } from '../client/api.ts';
import { apiResources, collectionOf, pathOf } from '../client/resources.ts';

export interface Lease {
  readonly version: string;
  /** Empty: nobody holds it. */
  readonly holder: string;
  readonly durationSeconds: number;
  readonly transitions: number;
}

export interface LeaseSpec {
  readonly holderIdentity: string;
  readonly leaseDurationSeconds: number;
  readonly leaseTransitions: number;
  /** When it was taken; absent: it stays the same. */
  readonly acquireTime?: string;
  readonly renewTime: string;
}

export interface LeaseStore {
  /** `namespace/name`. */
  readonly name: string;
  /** Undefined when it does not exist. @throws ApiError, or Error for no answer */
  readonly read: (signal: AbortSignal) => Promise<Lease | undefined>;
  /** Makes an empty one. @throws as read */
  readonly create: (signal: AbortSignal) => Promise<void>;
  /** Undefined when it has changed since `version`, or is gone. @throws as read */
  readonly write: (version: string, spec: LeaseSpec, signal: AbortSignal) => Promise<Lease | undefined>;
}

export function leaseStore(api: Api, { namespace, name }: NamespacedName): LeaseStore {
  const path = pathOf({ kind: apiResources.leases, namespace, name });
  return {
    name: `${namespace}/${name}`,
    read: (signal) => unless([404], async () => leaseOf(await api.json({ path, signal }))),
    create: async (signal) => {
      const body = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { namespace, name } };
      const collection = collectionOf(apiResources.leases, namespace);
      try {
        await unless([409], () => api.json({ path: collection, method: 'POST', body, signal }));
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        throw new ApiError(
          error.code,
          `the Lease ${namespace}/${name} does not exist and cannot be created: ${error.message}`,
        );
      }
    },
    write: (version, spec, signal) =>
      unless([404, 409], async () => {
        const body = { metadata: { resourceVersion: version }, spec };
        const contentType = 'application/merge-patch+json';
        return leaseOf(await api.json({ path, method: 'PATCH', contentType, body, signal }));
      }),
  };
}

async function unless<T>(codes: readonly number[], work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ApiError && codes.includes(error.code)) return undefined;
    throw error;
  }
}

function leaseOf(object: JsonObject): Lease {
  const said = objectAt(object, 'spec');
  const seconds = own(said, 'leaseDurationSeconds');
  const transitions = own(said, 'leaseTransitions');
  return {
    version: String(own(objectAt(object, 'metadata'), 'resourceVersion')),
    holder: String(own(said, 'holderIdentity') ?? ''),
    durationSeconds: typeof seconds === 'number' ? seconds : 0,
    transitions: typeof transitions === 'number' ? transitions : 0,
  };
}
