// Every section of a policy and its fields: values, built-in default, meaning. Defaults, validation, schema and reference
// table are derived from this table; sections.ts reads it.

import { longestAutoSeconds, usualSleepSeconds } from './auto-sleep.ts';
import type { Action, PolicySection, PolicySpec } from './policy.ts';
import { actions } from './policy.ts';

export type FieldValues =
  | { readonly kind: 'action' }
  | { readonly kind: 'integer'; readonly minimum: number; readonly maximum: number }
  /** A whole number, or one word that stands for a number. */
  | { readonly kind: 'int-or-word'; readonly minimum: number; readonly maximum: number; readonly word: string }
  /** A number of pods, or a percentage of the replicas of at most `maximumPercent`. */
  | { readonly kind: 'int-or-percent'; readonly maximumPercent: number }
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
  | { readonly kind: 'handler' };

export type PolicyField<T = unknown> = FieldValues & { readonly default: T; readonly description: string };

/** Fields that only an annotation sets are optional in PolicySpec, and not in the table. */
type Writable<T> = keyof { [F in keyof T as object extends Pick<T, F> ? never : F]: T[F] };
type FieldsOf<S extends PolicySection> = { readonly [F in Writable<PolicySpec[S]>]: PolicyField<PolicySpec[S][F]> };

interface Section<Fields> {
  /** For `kubectl explain`. */
  readonly title: string;
  /** Begins the header of its column in `kubectl get -o wide`, which shows the action. */
  readonly column: string;
  readonly fields: Fields;
}

type SectionTable = { readonly [S in PolicySection]: Section<FieldsOf<S>> };

const integer = (minimum: number, maximum: number) => ({ kind: 'integer', minimum, maximum }) as const;

function action(fallback: Action, subject: string): PolicyField<Action> {
  return { kind: 'action', default: fallback, description: `What to do about ${subject}.` };
}

/** The maximum sleep, minReadySeconds and probe timing: an hour is more than any load balancer needs. */
export const longestDelaySeconds = 3_600;
/** The maximum grace period. The maximum sleep and the maximum drain together stay below it. */
export const longestGraceSeconds = 86_400;

const mostPods = 2_147_483_647;

export const sectionTable: SectionTable = {
  readinessProbe: {
    title: 'The readinessProbe of each container without one.',
    column: 'Probe',
    fields: {
      action: action('fill', 'a container without a readinessProbe'),
      handler: {
        kind: 'handler',
        default: 'auto',
        description:
          'auto (the livenessProbe of the container, else a TCP port that a Service targets), or one of httpGet, tcpSocket and grpc.',
      },
      initialDelaySeconds: {
        ...integer(0, longestDelaySeconds),
        default: 0,
        description: 'Time from start to the first check.',
      },
      periodSeconds: {
        ...integer(1, longestDelaySeconds),
        default: 1,
        description: 'Time between two checks. A copy of a livenessProbe is never checked more often than that one.',
      },
      timeoutSeconds: {
        ...integer(1, longestDelaySeconds),
        default: 1,
        description: 'Time after which a check counts as failed.',
      },
      successThreshold: {
        ...integer(1, 1_000),
        default: 1,
        description: 'Passed checks in a row that make a pod ready.',
      },
      failureThreshold: {
        ...integer(1, 1_000),
        default: 3,
        description: 'Failed checks in a row that make a pod not ready.',
      },
    },
  },
  preStopSleep: {
    title: 'A sleep before SIGTERM, during which an old pod keeps serving.',
    column: 'Sleep',
    fields: {
      action: action('fill', 'a container without a preStop hook'),
      seconds: {
        ...integer(1, longestDelaySeconds),
        kind: 'int-or-word',
        word: 'auto',
        default: usualSleepSeconds,
        description: `How long an old pod keeps serving while the network learns that it is terminating. auto: ${usualSleepSeconds}, or as long as the load balancer in front of the pods needs, up to ${longestAutoSeconds}.`,
      },
      minimumSeconds: {
        ...integer(1, longestDelaySeconds),
        default: 3,
        description: 'A shorter sleep is not worth writing, and is reported.',
      },
      mechanism: {
        kind: 'choice',
        choices: ['auto', 'native', 'exec'],
        default: 'auto',
        description:
          'native (the sleep handler of Kubernetes 1.30), exec (the sleep command of the container), or auto (native where every node supports it).',
      },
      when: {
        kind: 'choice',
        choices: ['traffic', 'always'],
        default: 'traffic',
        description: 'traffic (only where something sends requests to the pods), or always.',
      },
    },
  },
  terminationGracePeriod: {
    title: 'The time from the start of the preStop sleep to SIGKILL; at least sleep plus drain.',
    column: 'Grace',
    fields: {
      action: action('fill', 'a grace period that is shorter than sleep plus drain'),
      drainSeconds: {
        ...integer(0, 43_200),
        default: 20,
        description: 'Time after the sleep for requests, streams and shutdown.',
      },
      maximumSeconds: {
        ...integer(1, longestGraceSeconds),
        default: longestDelaySeconds,
        description: 'The longest grace period to write; long ones slow down node drains.',
      },
    },
  },
  rollingUpdate: {
    title: 'How many pods may be missing, and how many may be added, during a rollout.',
    column: 'Update',
    fields: {
      action: action('fill', 'a strategy that the author did not write'),
      maxUnavailable: {
        kind: 'int-or-percent',
        maximumPercent: 100,
        default: 0,
        description: 'Pods that may be missing during a rollout.',
      },
      maxSurge: {
        kind: 'int-or-percent',
        maximumPercent: 1_000,
        default: '25%',
        description: 'Pods that may be added during a rollout; at least 1 after rounding.',
      },
    },
  },
  minReadySeconds: {
    title: 'How long a new pod must be ready before an old one is removed.',
    column: 'Min-Ready',
    fields: {
      action: action('off', 'a Deployment without minReadySeconds (cloud load balancers need it, kube-proxy does not)'),
      seconds: {
        ...integer(1, longestDelaySeconds),
        default: 10,
        description: 'How long a new pod must be ready before an old one is removed.',
      },
    },
  },
};

/** The allowed values as a noun phrase: `a whole number from 1 to 3600`. */
export function allowedValues(field: FieldValues): string {
  if (field.kind === 'action') return either(actions);
  if (field.kind === 'choice') return either(field.choices);
  if (field.kind === 'integer') return wholeNumberText(field.minimum, field.maximum);
  if (field.kind === 'int-or-word') return `${wholeNumberText(field.minimum, field.maximum)}, or ${field.word}`;
  if (field.kind === 'handler') return 'auto, or an object with one of httpGet, tcpSocket and grpc';
  return `a whole number from 0, or a percentage from 0% to ${field.maximumPercent}%`;
}

export function wholeNumberText(minimum: number, maximum: number): string {
  return `a whole number from ${minimum} to ${maximum}`;
}

/** `a, b or c`. */
export function either(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

/** True for a valid number of pods or percentage of a rolling update. */
export function isIntOrPercent(value: unknown, maximumPercent: number): boolean {
  if (typeof value === 'number') return isIntegerWithin(value, 0, mostPods);
  return typeof value === 'string' && /^\d{1,6}%$/.test(value) && Number.parseInt(value, 10) <= maximumPercent;
}

export function isIntegerWithin(value: unknown, minimum: number, maximum: number): value is number {
  return Number.isInteger(value) && (value as number) >= minimum && (value as number) <= maximum;
}
