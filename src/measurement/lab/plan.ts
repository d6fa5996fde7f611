// The fixes of a row, applied to its workload by the same plan as in the webhook.

import { assess } from '../../admission/assess.ts';
import { composeClusterState } from '../../cluster-state/compose.ts';
import { readObjects } from '../../cluster-state/readers.ts';
import { modeName, policyApiVersion } from '../../names.ts';
import type { PartialSpec } from '../../policy/policy.ts';
import type { JsonObject } from '../../workload/json.ts';
import { setAll } from '../../workload/path.ts';
import type { Workload } from '../../workload/workload.ts';
import { readDocuments } from '../../yaml/documents.ts';

const modeAnnotation = `metadata.annotations[${modeName}]`;

/** The document that gives a namespace this policy. */
export function policyDocument(namespace: string, spec: PartialSpec): JsonObject {
  return {
    apiVersion: policyApiVersion,
    kind: 'RolloutPolicy',
    metadata: { name: 'lab', namespace },
    spec: { ...spec },
  };
}

/** Applies what `spec` asks for, and opts out of the webhook, which would add the rest. @throws Error for an invalid policy. */
export function planned<W extends Workload>(workload: W, service: JsonObject, spec: PartialSpec): W {
  const namespace = `${workload.metadata.namespace}`;
  const text = [service, policyDocument(namespace, spec)].map((document) => JSON.stringify(document)).join('\n---\n');
  const { objects, problems } = readObjects(readDocuments('lab', text).documents);
  const [problem] = problems;
  if (problem !== undefined) throw new Error(`the policy of the row is invalid: ${problem.message}`);
  const { changes } = assess(workload, composeClusterState(objects));
  return setAll(workload, [...changes, { path: modeAnnotation, value: 'off' }]);
}
