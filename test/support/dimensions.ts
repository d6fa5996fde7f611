// Every dimension of a review, and of what a tenant stores beside it: each gives one of size `n`, the largest of them near 3 MiB.

import type { ClusterState } from '../../src/cluster-state/cluster-state.ts';
import { emptyClusterState } from '../../src/cluster-state/compose.ts';
import { compilePolicies } from '../../src/policy/policies.ts';
import type { PolicyDocument } from '../../src/policy/policy.ts';
import { readPolicy } from '../../src/policy/validation/validate.ts';
import type { Json, JsonObject } from '../../src/workload/json.ts';
import type { Namespace, Service, ServicePort } from '../../src/workload/kubernetes.ts';

// biome-ignore lint/suspicious/noExplicitAny: reviews are built freely here
type Any = any;

export const reviewBytes = 3 * 1024 * 1024;

export interface Given {
  readonly review: string;
  readonly state: ClusterState;
}

export interface Dimension {
  readonly name: string;
  /** The size at which the review has about 3 MiB, or the most that a tenant can store. */
  readonly most: number;
  readonly given: (n: number) => Given;
}

const listOf = <T>(n: number, make: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => make(i));
const mapOf = (n: number, key: (i: number) => string, value: (i: number) => Json): JsonObject =>
  Object.fromEntries(listOf(n, (i) => [key(i), value(i)]));

/** A Deployment of one container that gets every edit, changed by `change`. */
function deployment(change: (pods: Any, whole: Any) => void = () => undefined): Any {
  const container = {
    name: 'web',
    image: 'web:1',
    ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }],
    resources: {},
  };
  const pods = { containers: [container], terminationGracePeriodSeconds: 30 };
  const whole = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop', labels: { app: 'web' }, annotations: {} },
    spec: {
      replicas: 4,
      selector: { matchLabels: { app: 'web' } },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } },
      template: { metadata: { labels: { app: 'web' }, annotations: {} }, spec: pods },
      progressDeadlineSeconds: 600,
    },
  };
  change(pods, whole);
  return whole;
}

function reviewOf(object: Any, oldObject: Any = null, request: object = {}): string {
  return JSON.stringify({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: 'a-uid',
      kind: { group: 'apps', version: 'v1', kind: 'Deployment' },
      name: 'web',
      namespace: 'shop',
      operation: oldObject === null ? 'CREATE' : 'UPDATE',
      ...request,
      userInfo: {},
      object,
      oldObject,
    },
  });
}

interface Stored {
  readonly services?: readonly Service[];
  readonly policies?: readonly PolicyDocument[];
  readonly namespace?: Partial<Namespace>;
}

function stateOf({ services = [service()], policies = [], namespace = {} }: Stored = {}): ClusterState {
  const shop = { name: 'shop', labels: {}, annotations: {}, ...namespace };
  return {
    ...emptyClusterState,
    namespace: (name) => (name === 'shop' ? shop : undefined),
    servicesIn: () => services,
    objectsIn: () => [],
    knows: (kind) => kind === 'Service',
    policies: compilePolicies(policies),
    oldestNode: undefined,
  };
}

function service(of: Partial<Service> = {}): Service {
  return { name: 'web', namespace: 'shop', selector: { app: 'web' }, ports: [port(8080)], ...of };
}

function port(targetPort: number | string, more: Partial<ServicePort> = {}): ServicePort {
  return { port: 80, targetPort, protocol: 'TCP', ...more };
}

function policy(name: string, spec: Json): PolicyDocument {
  const metadata = { name, namespace: 'shop' };
  const read = readPolicy({ apiVersion: 'hitless.dev/v1alpha1', kind: 'RolloutPolicy', metadata, spec });
  if (read.document === undefined) throw new Error(JSON.stringify(read.mistakes));
  return read.document;
}

type Change = (n: number) => (pods: Any, whole: Any) => void;

/** CREATE of a Deployment that grows. */
function growing(name: string, most: number, change: Change, stored: Stored = {}): Dimension {
  return { name, most, given: (n) => ({ review: reviewOf(deployment(change(n))), state: stateOf(stored) }) };
}

/** UPDATE of one that grows, with another image. */
function updating(
  name: string,
  most: number,
  change: Change,
  after: (whole: Any) => void = () => undefined,
): Dimension {
  const given = (n: number) => {
    const object = deployment(change(n));
    const old = structuredClone(object);
    after(object);
    return { review: reviewOf(object, old), state: stateOf() };
  };
  return { name, most, given };
}

/** The same small Deployment beside stored objects that grow. */
function beside(name: string, most: number, stored: (n: number) => Stored, change?: (pods: Any) => void): Dimension {
  return { name, most, given: (n) => ({ review: reviewOf(deployment(change)), state: stateOf(stored(n)) }) };
}

/** A review with one hostile string of `n` characters. */
function text(name: string, put: (whole: Any, long: string) => void, unit: string, stored: Stored = {}): Dimension {
  // JSON may write a character in six.
  const written = JSON.stringify(unit).length - 2;
  const most = Math.floor((reviewBytes - 10_000) / written);
  const given = (n: number) => {
    const object = deployment();
    put(object, unit.repeat(Math.floor(n / 1)));
    return { review: reviewOf(object), state: stateOf(stored) };
  };
  return { name: `${name} of ${JSON.stringify(unit)} repeated`, most, given };
}

const container = (i: number, more: object = {}) => ({ name: `c${i}`, image: 'a', ...more });
const manyPorts = (n: number, from = 1) => listOf(n, (i) => ({ containerPort: from + (i % 65_000) }));
const first = (whole: Any) => whole.spec.template.spec.containers[0];
const meta = (whole: Any) => whole.spec.template.metadata;

function nested(depth: number, open: string, close: string): Json {
  return `${open.repeat(depth)}1${close.repeat(depth)}`;
}

/** What JSON.stringify cannot write: the place of it is filled in the text. */
function deep(
  name: string,
  put: (whole: Any, mark: string) => void,
  [open, close]: [string, string],
  old = false,
): Dimension {
  const most = Math.floor((reviewBytes - 10_000) / (open.length + close.length) / (old ? 2 : 1));
  const given = (n: number) => {
    const object = deployment();
    put(object, '@deep@');
    const before = old ? structuredClone(object) : null;
    if (before !== null) first(before).image = 'web:0';
    const review = reviewOf(object, before).replaceAll('"@deep@"', () => String(nested(n, open, close)));
    return { review, state: stateOf() };
  };
  return { name: `${name} nested in ${open}${old ? ', stored as well' : ''}`, most, given };
}

const lists: [string, string] = ['[', ']'];
const maps: [string, string] = ['{"a":', '}'];

const containers: readonly Dimension[] = [
  growing('containers', 500, (n) => (pods) => {
    pods.containers = listOf(n, (i) => container(i));
  }),
  growing('containers beyond the most', 100_000, (n) => (pods) => {
    pods.containers = listOf(n, (i) => container(i));
  }),
  growing('containers with long-lived ports and a command', 480, (n) => (pods) => {
    const command = ['/bin/sh', '-c', 'sleep 1; '.repeat(400)];
    const lifecycle = { preStop: { exec: { command } } };
    pods.containers = listOf(n, (i) => container(i, { ports: [{ name: 'grpc', containerPort: 80 }], lifecycle }));
  }),
  growing('containers whose liveness is copied', 480, (n) => (pods) => {
    const httpGet = { path: '/live', port: 'p104', httpHeaders: listOf(40, (i) => ({ name: `h${i}`, value: 'v' })) };
    const ports = listOf(105, (i) => ({ name: `p${i}`, containerPort: i + 1 }));
    pods.containers = listOf(n, (i) => container(i, { ports, livenessProbe: { httpGet } }));
  }),
  growing('init containers', 55_000, (n) => (pods) => {
    pods.initContainers = listOf(n, (i) => container(i, { restartPolicy: 'Always' }));
  }),
  growing('containers of one name', 480, (n) => (pods) => {
    pods.containers = listOf(n, () => container(0));
  }),
];

const headless = (ports: number, services = 1, first = 1) =>
  listOf(services, (s) =>
    service({
      name: `s${s}`,
      ports: listOf(ports, (i) => port(first + ((s * ports + i) % 65_000), { protocol: 'TCP' })),
    }),
  );
const namedTargets = (ports: number) => [service({ ports: listOf(ports, (i) => port(`n${i}`)) })];

const ports: readonly Dimension[] = [
  growing('ports of one container', 130_000, (n) => (pods) => {
    pods.containers[0].ports = manyPorts(n);
  }),
  growing(
    'ports of one container, with a Service of 5,000',
    130_000,
    (n) => (pods) => {
      pods.containers[0].ports = manyPorts(n);
    },
    { services: headless(5000, 1, 60_000) },
  ),
  growing(
    'containers of 105 ports, with a Service of 5,000 others',
    480,
    (n) => (pods) => {
      pods.containers = listOf(n, (i) => container(i, { ports: manyPorts(105) }));
    },
    { services: headless(5000, 1, 30_000) },
  ),
  growing(
    'containers of 105 ports, with a Service of the last of them',
    480,
    (n) => (pods) => {
      pods.containers = listOf(n, (i) => container(i, { ports: manyPorts(105, i * 105) }));
    },
    { services: headless(5000, 1, 45_000) },
  ),
  growing(
    'containers of 105 named ports, with a Service of 5,000 names',
    480,
    (n) => (pods) => {
      const named = listOf(105, (i) => ({ name: `p${i}`, containerPort: i + 1 }));
      pods.containers = listOf(n, (i) => container(i, { ports: named }));
    },
    { services: namedTargets(5000) },
  ),
  beside('ports of a Service', 5000, (n) => ({ services: headless(n) })),
  beside(
    'ports of a Service with an appProtocol',
    5000,
    (n) => ({
      services: [service({ ports: listOf(n, (i) => port(9000 + i, { appProtocol: 'kubernetes.io/ws' })) })],
    }),
    (pods) => {
      pods.containers = listOf(400, (i) => container(i, { ports: manyPorts(20) }));
    },
  ),
  beside(
    'Services of 5,000 ports that select the pods',
    500,
    (n) => ({ services: headless(5000, n) }),
    (pods) => {
      pods.containers = listOf(100, (i) => container(i, { ports: manyPorts(20) }));
    },
  ),
];

const services: readonly Dimension[] = [
  beside('Services in the namespace', 20_000, (n) => ({
    services: listOf(n, (i) => service({ name: `s${i}`, selector: { app: 'web', of: `${i}` } })),
  })),
  beside('Services that select the pods', 20_000, (n) => ({
    services: listOf(n, (i) => service({ name: `s${i}`, ports: [port(i)] })),
  })),
  growing(
    'labels of the pods, with 20,000 Services',
    100_000,
    (n) => (_pods, whole) => {
      meta(whole).labels = {
        app: 'web',
        ...mapOf(
          n,
          (i) => `label-${i}`,
          () => 'v',
        ),
      };
    },
    { services: listOf(20_000, (i) => service({ name: `s${i}`, selector: { app: 'web', of: `${i}` } })) },
  ),
  {
    name: 'Services whose selectors of 1,000 labels all but fit',
    most: 2000,
    given: (n) => {
      const fits = mapOf(
        1000,
        (i) => `label-${i}`,
        () => 'v',
      ) as Record<string, string>;
      const services = listOf(n, (i) => service({ name: `s${i}`, selector: { ...fits, of: `${i}` } }));
      const object = deployment((_pods, whole) => {
        meta(whole).labels = { app: 'web', ...fits };
      });
      return { review: reviewOf(object), state: stateOf({ services }) };
    },
  },
];

const metadata: readonly Dimension[] = [
  growing('annotations', 90_000, (n) => (_pods, whole) => {
    whole.metadata.annotations = mapOf(
      n,
      (i) => `example.com/${i}`,
      () => 'value',
    );
  }),
  growing('annotations of the pods', 90_000, (n) => (_pods, whole) => {
    meta(whole).annotations = mapOf(
      n,
      (i) => `example.com/${i}`,
      () => 'value',
    );
  }),
  growing('annotations under hitless.dev/', 90_000, (n) => (_pods, whole) => {
    whole.metadata.annotations = mapOf(
      n,
      (i) => `hitless.dev/pre-stop-${i}`,
      () => '5',
    );
  }),
  growing('rules to ignore', 55_000, (n) => (_pods, whole) => {
    whole.metadata.annotations = mapOf(
      n,
      (i) => `ignore.hitless.dev/pre-stop-${i}`,
      () => 'we accept that',
    );
  }),
  growing('short annotations under hitless.dev/', 10_000, (n) => (_pods, whole) => {
    whole.metadata.annotations = mapOf(
      n,
      (i) => `hitless.dev/m${i}`,
      () => '5',
    );
  }),
  growing('labels under hitless.dev/', 90_000, (n) => (_pods, whole) => {
    whole.metadata.labels = mapOf(
      n,
      (i) => `hitless.dev/pre-stop-${i}`,
      () => '5',
    );
  }),
  growing('labels with a name near ours', 90_000, (n) => (_pods, whole) => {
    whole.metadata.labels = mapOf(
      n,
      (i) => `hitless.io/zzzzzz${i}`,
      () => '5',
    );
  }),
  growing('annotations of the pods under hitless.dev/', 10_000, (n) => (_pods, whole) => {
    meta(whole).annotations = mapOf(
      n,
      (i) => `hitless.dev/m${i}`,
      () => '5',
    );
  }),
  growing('labels', 120_000, (n) => (_pods, whole) => {
    whole.metadata.labels = mapOf(
      n,
      (i) => `label-${i}`,
      () => 'v',
    );
  }),
  updating(
    'annotations of a stored object',
    45_000,
    (n) => (_pods, whole) => {
      whole.metadata.annotations = mapOf(
        n,
        (i) => `example.com/${i}`,
        () => 'value',
      );
    },
    (whole) => {
      first(whole).image = 'web:2';
    },
  ),
  growing('owner references and finalizers', 35_000, (n) => (_pods, whole) => {
    whole.metadata.ownerReferences = listOf(n, (i) => ({ kind: 'App', name: `a${i}`, uid: `${i}` }));
    whole.metadata.finalizers = listOf(n, (i) => `example.com/${i}`);
  }),
  beside('annotations of the Namespace under hitless.dev/', 10_000, (n) => ({
    namespace: {
      annotations: mapOf(
        n,
        (i) => `hitless.dev/mode-${i}`,
        () => 'x',
      ) as Record<string, string>,
    },
  })),
  beside('labels of the Namespace under hitless.dev/', 50_000, (n) => ({
    namespace: {
      labels: mapOf(
        n,
        (i) => `hitless.dev/mode-${i}`,
        () => 'x',
      ) as Record<string, string>,
    },
  })),
  beside('annotations of the Namespace, with Linkerd', 15_000, (n) => ({
    namespace: {
      annotations: {
        'linkerd.io/inject': 'enabled',
        ...(mapOf(
          n,
          (i) => `example.com/${i}`,
          () => 'x',
        ) as Record<string, string>),
      },
    },
  })),
];

const pods: readonly Dimension[] = [
  growing('volumes', 90_000, (n) => (pods) => {
    pods.volumes = listOf(n, (i) => ({ name: `v${i}`, emptyDir: {} }));
  }),
  growing('required anti-affinity terms', 30_000, (n) => (pods) => {
    const term = (i: number) => ({ topologyKey: 'zone', labelSelector: { matchLabels: { app: `a${i}` } } });
    pods.affinity = { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: listOf(n, term) } };
  }),
  growing('expressions of an anti-affinity term', 50_000, (n) => (pods) => {
    const matchExpressions = [
      ...listOf(n, () => ({ key: 'app', operator: 'In', values: ['web'] })),
      { key: 'app', operator: 'DoesNotExist' },
    ];
    const terms = [{ topologyKey: 'zone', labelSelector: { matchExpressions } }];
    pods.affinity = { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: terms } };
  }),
  growing('values of an anti-affinity expression', 250_000, (n) => (pods) => {
    const matchExpressions = [{ key: 'app', operator: 'NotIn', values: [...listOf(n, (i) => `v${i}`), 'web'] }];
    const terms = [{ topologyKey: 'zone', labelSelector: { matchExpressions } }];
    pods.affinity = { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: terms } };
  }),
  growing('requirements of the selector', 50_000, (n) => (_pods, whole) => {
    whole.spec.selector.matchExpressions = listOf(n, () => ({ key: 'app', operator: 'In', values: ['web'] }));
  }),
  growing('environment variables', 80_000, (n) => (pods) => {
    pods.containers[0].env = listOf(n, (i) => ({ name: `V${i}`, value: 'some value' }));
  }),
  updating(
    'environment variables of a stored object',
    40_000,
    (n) => (pods) => {
      pods.containers[0].env = listOf(n, (i) => ({ name: `V${i}`, value: 'some value' }));
    },
    (whole) => {
      whole.metadata.labels.touched = 'yes';
    },
  ),
  updating(
    'containers of a stored object',
    490,
    (n) => (pods) => {
      pods.containers = listOf(n, (i) =>
        container(i, { env: listOf(60, (e) => ({ name: `V${e}`, value: 'some value' })) }),
      );
    },
    (whole) => {
      whole.metadata.labels.touched = 'yes';
    },
  ),
  growing('resources of a container', 110_000, (n) => (pods) => {
    pods.containers[0].resources = {
      limits: mapOf(
        n,
        (i) => `kubernetes.io/r${i}`,
        () => '1',
      ),
    };
  }),
  growing('resource claims', 120_000, (n) => (pods) => {
    pods.resourceClaims = listOf(n, (i) => ({ name: `claim-${i}` }));
  }),
  growing('words of a command', 400_000, (n) => (pods) => {
    pods.containers[0].command = listOf(n, () => 'word');
  }),
  growing('words of a preStop command', 400_000, (n) => (pods) => {
    pods.containers[0].lifecycle = { preStop: { exec: { command: listOf(n, () => 'sh') } } };
  }),
  growing('containers that share out the words of preStop commands', 480, (n) => (pods) => {
    const lifecycle = { preStop: { exec: { command: listOf(1200, () => 'w') } } };
    pods.containers = listOf(n, (i) => container(i, { lifecycle, ports: [{ name: 'grpc', containerPort: 1 }] }));
  }),
  growing('fields of the wrong type', 300_000, (n) => (pods) => {
    pods.containers[0].command = listOf(n, () => 1);
  }),
  ...['{}', '[]'].flatMap((empty) => {
    const many = (n: number) => JSON.parse(`[${Array(n).fill(empty).join()}]`);
    return [
      growing(`empty ${empty}`, 1_000_000, (n) => (pods) => {
        pods.containers[0].env = many(n);
      }),
      growing(`empty ${empty} beside nulls`, 1_000_000, (n) => (pods) => {
        pods.securityContext = null;
        pods.containers[0].readinessProbe = null;
        pods.containers[0].env = many(n);
      }),
      updating(
        `empty ${empty} of a stored object`,
        500_000,
        (n) => (pods) => {
          pods.containers[0].env = many(n);
        },
        (whole) => {
          whole.metadata.labels.touched = 'yes';
        },
      ),
    ];
  }),
  {
    name: 'fields of one name',
    most: 260_000,
    given: (n) => ({
      review: reviewOf(deployment((pods) => Object.assign(pods.containers[0], { env: '@' }))).replace(
        '"@"',
        `{${Array(n).fill('"field":1').join()}}`,
      ),
      state: stateOf(),
    }),
  },
  {
    name: 'digits of a number',
    most: 3_100_000,
    given: (n) => ({
      review: reviewOf(deployment((pods) => Object.assign(pods.containers[0], { env: '@' }))).replace(
        '"@"',
        '1'.repeat(n),
      ),
      state: stateOf(),
    }),
  },
  growing('nulls', 270_000, (n) => (pods) => {
    pods.securityContext = null;
    pods.containers[0].readinessProbe = null;
    pods.containers[0].env = listOf(n, () => ({ a: null }));
  }),
  growing('objects of different keys below the most', 28_000, (n) => (pods) => {
    pods.containers[0].env = listOf(n, (i) => ({ [`k${i}`]: 1, name: 'x' }));
  }),
  growing('labels below the most', 29_000, (n) => (_pods, whole) => {
    const labels = mapOf(
      n,
      (i) => `hitless.dev/label-${i}`,
      () => 'v',
    );
    whole.metadata.labels = labels;
    meta(whole).labels = labels;
  }),
  growing('lists nested 190 deep', 7500, (n) => (pods) => {
    pods.containers[0].env = JSON.parse(
      `[${Array(n)
        .fill('['.repeat(180) + ']'.repeat(180))
        .join()}]`,
    );
  }),
  growing('objects of different keys', 200_000, (n) => (pods) => {
    pods.containers[0].env = listOf(n, (i) => ({ [`k${i}`]: 1 }));
  }),
];

/** A record of our own making, a client's manifest, and who wrote what: all of them a user may send as they like. */
const applied = (n: number, owned: object) =>
  listOf(n, (i) => ({ manager: `m${i}`, operation: 'Apply', fieldsV1: { 'f:spec': { 'f:template': owned } } }));
const probePath = (i: number) => `spec.template.spec.containers[c${i}].readinessProbe.grpc`;
const recorded = (n: number, value: (i: number) => Json, more: object = {}) =>
  JSON.stringify({ ...mapOf(n, probePath, value), ...more });
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

const histories: readonly Dimension[] = [
  growing('Apply entries', 30_000, (n) => (_pods, whole) => {
    whole.metadata.managedFields = applied(n, {});
  }),
  growing('Apply entries beside many containers', 20_000, (n) => (pods, whole) => {
    pods.containers = listOf(400, (i) => container(i, { livenessProbe: { httpGet: { port: 1 }, periodSeconds: 10 } }));
    whole.metadata.managedFields = applied(n, { 'f:spec': { 'f:containers': {} } });
  }),
  growing('fields of an Apply entry', 150_000, (n) => (_pods, whole) => {
    whole.metadata.managedFields = applied(1, { 'f:spec': listOf(n, () => ({ 'f:name': {} })) });
  }),
  growing('entries of the record', 3800, (n) => (_pods, whole) => {
    whole.metadata.annotations['hitless.dev/injected'] = recorded(n, () => 1);
  }),
  growing('entries of the record with values to bring back', 1800, (n) => (_pods, whole) => {
    whole.metadata.annotations['hitless.dev/injected'] = recorded(n, () => 1, { was: mapOf(n, probePath, () => 1) });
  }),
  growing('entries of the record that hold', 480, (n) => (pods, whole) => {
    const readinessProbe = { grpc: { port: 1 } };
    pods.containers = listOf(n, (i) => container(i, { readinessProbe }));
    whole.metadata.annotations['hitless.dev/injected'] = recorded(n, () => ({ port: 1 }));
  }),
  growing('the manifest that was applied last', 8000, (n) => (pods, whole) => {
    pods.containers = listOf(480, (i) => container(i, { livenessProbe: { grpc: { port: 1 }, periodSeconds: 10 } }));
    const env = listOf(n, (i) => ({ name: `V${i}`, periodSeconds: 1 }));
    whole.metadata.annotations[lastApplied] = JSON.stringify({ spec: { env } });
  }),
  growing('near misses of the manifest that was applied last', 250_000, (n) => (pods, whole) => {
    pods.containers = listOf(480, (i) => container(i, { livenessProbe: { grpc: { port: 1 }, periodSeconds: 10 } }));
    whole.metadata.annotations[lastApplied] = '"periodSecond'.repeat(n / 13);
  }),
];

const condition = (i: number) => ({ key: `k${i}`, operator: 'DoesNotExist' });
const policies: readonly Dimension[] = [
  beside('policies in the namespace', 20_000, (n) => ({
    policies: listOf(n, (i) => policy(`p${i}`, { preStopSleep: { seconds: (i % 60) + 10 } })),
  })),
  beside('policies that select by an expression', 20_000, (n) => ({
    policies: listOf(n, (i) =>
      policy(`p${i}`, { workloadSelector: { matchExpressions: [condition(i)] }, preStopSleep: { seconds: 11 } }),
    ),
  })),
  beside('policies that select by a label', 20_000, (n) => ({
    policies: listOf(n, (i) =>
      policy(`p${i}`, { workloadSelector: { matchLabels: { app: 'web' } }, preStopSleep: { seconds: (i % 60) + 10 } }),
    ),
  })),
];

const names: readonly Dimension[] = [
  text(
    'the name of a container',
    (whole, long) => {
      first(whole).name = long;
    },
    'a',
  ),
  text(
    'the name of a container',
    (whole, long) => {
      first(whole).name = long;
    },
    '].',
  ),
  text(
    'the name of a container',
    (whole, long) => {
      first(whole).name = long;
    },
    '1',
  ),
  text(
    'the name of an init container',
    (whole, long) => {
      whole.spec.template.spec.initContainers = [{ name: long, restartPolicy: 'Always', ports: [{ hostPort: 1 }] }];
    },
    'a-',
  ),
  text(
    'the name of a port',
    (whole, long) => {
      first(whole).ports[0].name = long;
    },
    'grpc-',
  ),
  text(
    'the name of the Deployment',
    (whole, long) => {
      whole.metadata.name = long;
    },
    'a.',
  ),
  text(
    'the name of a volume',
    (whole, long) => {
      whole.spec.template.spec.volumes = [{ name: long, persistentVolumeClaim: {} }];
    },
    '\u0007',
  ),
  text(
    'the name of a resource',
    (whole, long) => {
      first(whole).resources = { limits: { [`a/${long}`]: '1' } };
    },
    '\u202e',
  ),
  text(
    'a topologyKey',
    (whole, long) => {
      const terms = [{ topologyKey: long, labelSelector: {} }];
      whole.spec.template.spec.affinity = {
        podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: terms },
      };
    },
    'é',
  ),
];

const mesh = (name: string, value: (long: string) => string) => (whole: Any, long: string) => {
  meta(whole).annotations = {
    'sidecar.istio.io/inject': 'true',
    'linkerd.io/inject': 'enabled',
    'consul.hashicorp.com/connect-inject': name.startsWith('consul') ? 'true' : 'false',
    [name]: value(long),
  };
};
const consulGrace = 'consul.hashicorp.com/sidecar-proxy-lifecycle-shutdown-grace-period-seconds';
const istio = 'proxy.istio.io/config';
const script = (whole: Any, long: string) => {
  first(whole).command = ['/bin/sh', '-c', long];
};
const preStop = (whole: Any, long: string) => {
  first(whole).lifecycle = { preStop: { exec: { command: ['sh', '-c', long] } } };
};
const annotation = (name: string) => (whole: Any, long: string) => {
  whole.metadata.annotations[`hitless.dev/${name}`] = long;
};

const texts: readonly Dimension[] = [
  ...['1m', '1', '1ms'].flatMap((unit) => [
    text(
      'the grace period of Consul',
      mesh(consulGrace, (long) => long),
      unit,
    ),
    text(
      'the drain of Istio',
      mesh(istio, (long) => `terminationDrainDuration: ${long}`),
      unit,
    ),
  ]),
  text(
    'the annotation of Istio',
    mesh(istio, (long) => long),
    'terminationDrainDuration" ',
  ),
  text(
    'the annotation of Istio',
    mesh(istio, (long) => `terminationDrainDuration${long}`),
    ' ',
  ),
  ...['a;', '\n', ' ', ';', 'exec ', 'xexec ', 'a'].map((unit) => text('a shell script', script, unit)),
  text('the last word of a shell script', (whole, long) => script(whole, `true;${long}`), ' exec'),
  ...['sleep ', '1', ' ', ';'].map((unit) => text('a preStop script', preStop, unit)),
  text('a preStop script', (whole, long) => preStop(whole, `sleep 1${long}`), ' '),
  text(
    'a word of a command',
    (whole, long) => {
      first(whole).command = [long, '-c', 'a;b'];
    },
    '/bin/',
  ),
  text(
    'a flag of a shell',
    (whole, long) => {
      first(whole).command = ['sh', `-${long}`, 'a;b'];
    },
    'x',
  ),
  ...['mode', 'pre-stop-sleep-seconds', 'readiness-probe', 'unknown'].flatMap((name) => [
    text(`the annotation ${name}`, annotation(name), ' '),
    text(`the annotation ${name}`, annotation(name), '1'),
  ]),
  ...['/', 'a', ' '].map((unit) =>
    text('the path of a probe', (whole, long) => annotation('readiness-probe')(whole, `http:8080/${long}`), unit),
  ),
  ...['0', '0%', '9'].flatMap((unit) => [
    text(
      'maxSurge',
      (whole, long) => {
        whole.spec.strategy.rollingUpdate.maxSurge = `${long}%`;
      },
      unit,
    ),
    text(
      'maxUnavailable',
      (whole, long) => {
        whole.spec.strategy.rollingUpdate.maxUnavailable = `${long}x`;
      },
      unit,
    ),
  ]),
  text(
    'the port of a probe',
    (whole, long) => {
      first(whole).livenessProbe = { httpGet: { port: long } };
    },
    '1',
  ),
  text(
    'the path of a probe that is copied',
    (whole, long) => {
      first(whole).livenessProbe = { httpGet: { port: 8080, path: long } };
    },
    '/a',
  ),
  text(
    'the uid',
    (whole, long) => {
      whole.metadata.uid = long;
    },
    'a',
  ),
];

const elsewhere = (name: string, request: (long: string) => object): Dimension => ({
  name,
  most: reviewBytes - 10_000,
  given: (n) => ({ review: reviewOf(deployment(), null, request('a'.repeat(n))), state: stateOf() }),
});

const requests: readonly Dimension[] = [
  elsewhere('the namespace of the request', (long) => ({ namespace: long })),
  elsewhere('the name in the request', (long) => ({ name: long })),
  elsewhere('the uid of the request', (long) => ({ uid: long })),
  elsewhere('the operation', (long) => ({ operation: long })),
  elsewhere('the kind', (long) => ({ kind: { group: 'apps', version: 'v1', kind: long } })),
];

const env = (whole: Any, mark: string) => {
  first(whole).env = [mark];
};
const nesting: readonly Dimension[] = [
  ...[lists, maps].flatMap((brackets) => [
    deep('a field that nobody reads', env, brackets),
    deep(
      'a field that nobody reads, beside nulls',
      (whole, mark) => {
        env(whole, mark);
        first(whole).readinessProbe = null;
      },
      brackets,
    ),
    deep('a field that nobody reads', env, brackets, true),
    deep(
      'a field of the pods',
      (whole, mark) => {
        whole.spec.template.spec.nodeSelector = mark;
      },
      brackets,
      true,
    ),
    deep(
      'a probe that is copied',
      (whole, mark) => {
        first(whole).livenessProbe = { httpGet: { port: 8080, headers: mark } };
      },
      brackets,
    ),
    deep(
      'a container',
      (whole, mark) => {
        whole.spec.template.spec.containers = mark;
      },
      brackets,
    ),
    deep(
      'a command',
      (whole, mark) => {
        first(whole).command = mark;
      },
      brackets,
    ),
    deep(
      'the labels',
      (whole, mark) => {
        whole.metadata.labels = mark;
      },
      brackets,
    ),
    deep(
      'the affinity',
      (whole, mark) => {
        whole.spec.template.spec.affinity = { podAntiAffinity: mark };
      },
      brackets,
    ),
    deep(
      'the managedFields',
      (whole, mark) => {
        whole.metadata.managedFields = [{ operation: 'Apply', fieldsV1: mark }];
      },
      brackets,
    ),
  ]),
];

export const dimensions: readonly Dimension[] = [
  ...containers,
  ...ports,
  ...services,
  ...metadata,
  ...pods,
  ...histories,
  ...policies,
  ...names,
  ...texts,
  ...requests,
  ...nesting,
];
