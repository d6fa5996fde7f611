// The addresses of the pods of a rollout: the rules of a node know no names.

import type { Api } from '../../../cluster/client/api.ts';
import { objectAt } from '../../../workload/json.ts';
import type { PodNaming } from '../../rollout/pod-naming.ts';
import { metaOf, podsOf } from '../objects-api.ts';

/** Of the pods that are there, by the names of `naming`. @throws ApiError */
export async function addressesOf(
  api: Api,
  { namespace, app, naming }: { readonly namespace: string; readonly app: string; readonly naming: PodNaming },
): Promise<ReadonlyMap<string, string>> {
  const pods = await podsOf(api, namespace, app);
  return new Map(
    pods.flatMap((pod) => {
      const { name, uid } = metaOf(pod);
      const { podIP } = objectAt(pod, 'status');
      if (typeof podIP !== 'string') return [];
      return [[naming(`${name}`, typeof uid === 'string' ? uid : undefined), podIP]] as const;
    }),
  );
}
