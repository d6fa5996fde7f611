// The pod that records the rules of a node, and the load pods beside it: a connection takes the rules of the node it comes from.

import { type JsonObject, objectAt } from '../../../workload/json.ts';
import { labLabels, type PodSettings } from '../objects.ts';

export const recorderName = 'data-plane';

/** The Pod Security level that a namespace needs for this pod. */
export const recorderLevel = 'privileged';

/**
 * In the network of the node and with what it takes to read the rules there: NET_ADMIN for netfilter's netlink, NET_RAW for the
 * iptables of old. It gets no token, no volume and no other right.
 */
export function recorderPod({ namespace, imagePullPolicy }: PodSettings, image: string): JsonObject {
  const recorder = {
    name: 'recorder',
    image,
    imagePullPolicy,
    args: ['record-rules', '--namespace', namespace],
    securityContext: {
      runAsUser: 0,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'], add: ['NET_ADMIN', 'NET_RAW'] },
      seccompProfile: { type: 'RuntimeDefault' },
    },
    resources: { requests: { cpu: '50m', memory: '96Mi' } },
  };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: recorderName, namespace, labels: { ...labLabels } },
    spec: {
      hostNetwork: true,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 1,
      containers: [recorder],
    },
  };
}

/** The pod, bound to a node as a DaemonSet's pods are; unchanged where no node is given. */
export function onNode(pod: JsonObject, node: string | undefined): JsonObject {
  if (node === undefined) return pod;
  const matchFields = [{ key: 'metadata.name', operator: 'In', values: [node] }];
  const nodeAffinity = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields }] } };
  return { ...pod, spec: { ...objectAt(pod, 'spec'), affinity: { nodeAffinity } } };
}
