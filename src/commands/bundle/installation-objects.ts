// The objects of a release as they may be shown.

import { isIP } from 'node:net';
import { expiryOf } from './certificates.ts';
import {
  anyNumber,
  countOf,
  date,
  fields,
  firstKnowing,
  flag,
  intOrPercent,
  type Keep,
  listOf,
  matching,
  nothing,
  oneOfWords,
  plainName,
  reasonWord,
  redacted,
  versionText,
} from './keep.ts';
import { modes } from './kind-words.ts';
import { argument, variable } from './settings.ts';

const conditionStatus = oneOfWords(['True', 'False', 'Unknown']);
/** Messages quote addresses and names of nodes. */
export const condition = fields({
  ...{ type: reasonWord, status: conditionStatus, reason: reasonWord, message: nothing },
  ...{ lastTransitionTime: date, observedGeneration: anyNumber },
});
export const conditions = listOf(condition);

/** `[redacted]/hitless:0.1.0`: not which registry. */
export const image: Keep = (value) => {
  if (typeof value !== 'string') return redacted;
  const slash = value.lastIndexOf('/');
  const last = value.slice(slash + 1);
  if (isIP(last) !== 0 || !/^[a-z0-9][a-z0-9._-]*(?::[\w.-]{1,128})?(?:@sha256:[0-9a-f]{64})?$/.test(last))
    return redacted;
  return slash === -1 ? last : `${redacted}/${last}`;
};
/** What a node runs: the digest. */
const imageId: Keep = (value) => /sha256:[0-9a-f]{64}$/.exec(`${value}`)?.[0] ?? redacted;

const chart = matching(/^[a-z][a-z-]*-\d+\.\d+\.\d+$/);
const chartLabels = fields({ 'helm.sh/chart': chart, 'app.kubernetes.io/version': versionText });
export const metadata = fields({
  ...{ namespace: plainName, name: plainName, generation: anyNumber, labels: chartLabels },
  ...{ creationTimestamp: date, deletionTimestamp: date },
});

const portOrName = firstKnowing(anyNumber, matching(/^[a-z0-9-]{1,15}$/));
const port = fields({
  containerPort: anyNumber,
  port: anyNumber,
  targetPort: portOrName,
  protocol: oneOfWords(['TCP']),
});

const amounts = fields({ cpu: matching(/^\d{1,9}m?$/), memory: matching(/^\d{1,15}(?:[KMG]i?)?$/) });
const container = fields({
  ...{ name: plainName, image, imagePullPolicy: oneOfWords(['Always', 'IfNotPresent', 'Never']) },
  ...{ args: listOf(argument), env: listOf(variable), ports: listOf(port) },
  resources: fields({ requests: amounts, limits: amounts }),
});

export const shownDeployment = fields({
  metadata,
  spec: fields({
    ...{ replicas: anyNumber, minReadySeconds: anyNumber, progressDeadlineSeconds: anyNumber, paused: flag },
    strategy: fields({
      type: oneOfWords(['RollingUpdate', 'Recreate']),
      rollingUpdate: fields({ maxUnavailable: intOrPercent, maxSurge: intOrPercent }),
    }),
    template: fields({
      spec: fields({ terminationGracePeriodSeconds: anyNumber, hostNetwork: flag, containers: listOf(container) }),
    }),
  }),
  status: fields({
    ...{ observedGeneration: anyNumber, replicas: anyNumber, updatedReplicas: anyNumber, readyReplicas: anyNumber },
    ...{ availableReplicas: anyNumber, unavailableReplicas: anyNumber, conditions },
  }),
});

export const shownService = fields({
  metadata,
  spec: fields({ type: reasonWord, selector: countOf('labels'), ports: listOf(port) }),
});

export const shownDisruptionBudget = fields({
  metadata,
  spec: fields({
    ...{ minAvailable: intOrPercent, maxUnavailable: intOrPercent, unhealthyPodEvictionPolicy: reasonWord },
  }),
  status: fields({
    ...{
      currentHealthy: anyNumber,
      desiredHealthy: anyNumber,
      disruptionsAllowed: anyNumber,
      expectedPods: anyNumber,
      conditions,
    },
  }),
});

const ended = {
  reason: reasonWord,
  exitCode: anyNumber,
  signal: anyNumber,
  startedAt: date,
  finishedAt: date,
  message: nothing,
};
const state = fields({
  running: fields({ startedAt: date }),
  waiting: fields({ reason: reasonWord, message: nothing }),
  terminated: fields(ended),
});

export const shownPod = fields({
  metadata,
  spec: fields({ containers: listOf(fields({ name: plainName, image })) }),
  status: fields({
    ...{ phase: reasonWord, reason: reasonWord, message: nothing, startTime: date, conditions },
    containerStatuses: listOf(
      fields({
        ...{ name: plainName, ready: flag, started: flag, restartCount: anyNumber, image, imageID: imageId },
        ...{ state, lastState: state },
      }),
    ),
  }),
});

const involved = fields({ kind: reasonWord, namespace: plainName, name: plainName });
export const shownEvent = fields({
  ...{ involvedObject: involved, type: oneOfWords(['Normal', 'Warning']), reason: reasonWord, message: nothing },
  ...{ count: anyNumber, firstTimestamp: date, lastTimestamp: date, eventTime: date },
});

const apiWord = matching(/^(?:\*|[a-z][a-z0-9.*/-]*)$/);
const rule = fields({
  ...{ apiGroups: listOf(matching(/^(?:|\*|[a-z][a-z0-9.-]*)$/)), apiVersions: listOf(apiWord) },
  ...{ resources: listOf(apiWord), operations: listOf(oneOfWords(['CREATE', 'UPDATE', 'DELETE', 'CONNECT', '*'])) },
  scope: oneOfWords(['*', 'Cluster', 'Namespaced']),
});

/** What selects namespaces of hitless: its own label, and names. The keys and values of other labels are somebody else's. */
const expression: Keep = (value) => {
  const { key } = (value ?? {}) as { readonly key?: unknown };
  const values = key === 'hitless.dev/mode' ? oneOfWords(modes) : plainName;
  const isKnown = key === 'hitless.dev/mode' || key === 'kubernetes.io/metadata.name';
  return fields({
    ...{ key: isKnown ? oneOfWords([key]) : nothing, operator: reasonWord },
    values: isKnown ? listOf(values) : countOf('values'),
  })(value);
};
const selector = fields({ matchExpressions: listOf(expression), matchLabels: countOf('labels') });

const webhook = fields({
  name: plainName,
  clientConfig: fields({
    service: fields({
      namespace: plainName,
      name: plainName,
      path: oneOfWords(['/mutate/enforce', '/mutate/audit']),
      port: anyNumber,
    }),
    ...{ url: nothing, caBundle: expiryOf },
  }),
  ...{ failurePolicy: reasonWord, matchPolicy: reasonWord, reinvocationPolicy: reasonWord, sideEffects: reasonWord },
  ...{ timeoutSeconds: anyNumber, admissionReviewVersions: listOf(apiWord), rules: listOf(rule) },
  ...{ namespaceSelector: selector, objectSelector: selector },
  matchConditions: listOf(fields({ name: plainName, expression: nothing })),
});

/** Of hitless's entries alone: see `hitlessEntries`. */
export const shownConfiguration = fields({ metadata, webhooks: listOf(webhook) });
