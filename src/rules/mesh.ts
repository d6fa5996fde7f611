// Which service mesh injects a sidecar into these pods, and how long that sidecar drains. Sidecars are injected into Pods, so a
// workload shows only annotations and labels. Names and defaults: istio/istio pilot and api, linkerd/linkerd2 pkg/k8s/labels.go,
// hashicorp/consul-k8s connect-inject/constants, dapr/dapr pkg/injector/annotations.

import type { Namespace, Version } from '../workload/kubernetes.ts';
import type { PodTemplate } from '../workload/workload.ts';

export interface Mesh {
  readonly name: 'Istio' | 'Linkerd' | 'Consul' | 'Dapr';
  /** How long the sidecar keeps running after its own SIGTERM, in seconds. */
  readonly drainSeconds: number;
  /** How long of that it serves, where that is less, and the annotation for it. */
  readonly serves?: { readonly seconds: number; readonly setBy: string };
  /** The annotation that set it; absent for the mesh's default. */
  readonly setBy?: string;
  /** True for a native sidecar, which ends after the application. */
  readonly native: boolean;
}

type Labels = Readonly<Record<string, string>>;
interface Pods {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly namespace: Namespace | undefined;
  readonly oldestNode: Version | undefined;
}

export function meshOf(
  template: PodTemplate,
  namespace: Namespace | undefined,
  oldestNode: Version | undefined,
): Mesh | undefined {
  const { labels = {}, annotations = {} } = template.metadata ?? {};
  const pods = { labels, annotations, namespace, oldestNode };
  return consul(pods) ?? istio(pods) ?? linkerd(pods) ?? dapr(pods);
}

/** True where the pods themselves say that a mesh sends to them; a namespace gives a sidecar to its workers as well. */
export function meshSends(template: PodTemplate): boolean {
  const { annotations = {} } = template.metadata ?? {};
  if (isTrue(annotations[daprEnabled])) return annotations[`${daprPrefix}app-port`] !== undefined;
  return annotations[consulInject] === 'true' || meshOf(template, undefined, undefined) !== undefined;
}

const consulPrefix = 'consul.hashicorp.com/';
const consulInject = `${consulPrefix}connect-inject`;
const consulGrace = `${consulPrefix}sidecar-proxy-lifecycle-shutdown-grace-period-seconds`;

function consul({ annotations }: Pods): Mesh | undefined {
  if (annotations[consulInject] !== 'true') return undefined;
  if (annotations[`${consulPrefix}enable-sidecar-proxy-lifecycle`] === 'false') return undefined;
  const native = annotations[`${consulPrefix}enable-consul-dataplane-as-sidecar`] === 'true';
  return withDrain({ name: 'Consul', drainSeconds: 30, native }, consulGrace, seconds(annotations[consulGrace]));
}

// Istio uses native sidecars by default where every kubelet is 1.33 or newer.
const istioNativeMinor = 33;
const istioConfig = 'proxy.istio.io/config';

function istio({ labels, annotations, namespace, oldestNode }: Pods): Mesh | undefined {
  const own = labels['sidecar.istio.io/inject'] ?? annotations['sidecar.istio.io/inject'];
  const byNamespace =
    namespace?.labels['istio-injection'] === 'enabled' || namespace?.labels['istio.io/rev'] !== undefined;
  if (own === 'false' || (own !== 'true' && !byNamespace && labels['istio.io/rev'] === undefined)) return undefined;
  const choice = annotations['sidecar.istio.io/nativeSidecar'];
  const native =
    choice === undefined ? oldestNode === undefined || oldestNode.minor >= istioNativeMinor : choice === 'true';
  const drain = /terminationDrainDuration"?\s*:\s*"?(\d[\dhms]{0,30}[hms])(?![\w.])/.exec(
    annotations[istioConfig] ?? '',
  )?.[1];
  return withDrain({ name: 'Istio', drainSeconds: 5, native }, istioConfig, seconds(drain));
}

const linkerdDrain = 'config.linkerd.io/shutdown-grace-period';
const linkerdWait = 'config.alpha.linkerd.io/proxy-wait-before-exit-seconds';

function linkerd({ annotations: own, namespace }: Pods): Mesh | undefined {
  // An annotation that the pods do not have is taken from their namespace.
  const said = (name: string) => own[name] ?? namespace?.annotations[name];
  const inject = said('linkerd.io/inject');
  if (inject !== 'enabled' && inject !== 'ingress') return undefined;
  const choices = ['', 'beta.', 'alpha.'].map((stage) => said(`config.${stage}linkerd.io/proxy-enable-native-sidecar`));
  const native = choices.find((choice) => choice !== undefined) !== 'false';
  // The classic proxy refuses requests from SIGTERM on: only its wait before that keeps it useful. A native one ends last.
  if (!native) return withDrain({ name: 'Linkerd', drainSeconds: 0, native }, linkerdWait, seconds(said(linkerdWait)));
  return withDrain({ name: 'Linkerd', drainSeconds: 0, native }, linkerdDrain, seconds(said(linkerdDrain)));
}

const daprPrefix = 'dapr.io/';
const daprEnabled = `${daprPrefix}enabled`;
const daprBlock = `${daprPrefix}block-shutdown-duration`;
const daprGraceful = `${daprPrefix}graceful-shutdown-seconds`;

/** At SIGTERM daprd serves for as long as its shutdown is blocked, and then finishes what it has, for 5 s unless told otherwise. */
function dapr({ annotations }: Pods): Mesh | undefined {
  if (!isTrue(annotations[daprEnabled])) return undefined;
  const serves = seconds(annotations[daprBlock]) ?? 0;
  const finishes = seconds(annotations[daprGraceful]);
  const mesh: Mesh = {
    name: 'Dapr',
    drainSeconds: serves + (finishes ?? 5),
    serves: { seconds: serves, setBy: daprBlock },
    native: isTrue(annotations[`${daprPrefix}enable-native-sidecar`]),
  };
  if (serves > 0) return { ...mesh, setBy: daprBlock };
  return finishes === undefined ? mesh : { ...mesh, setBy: daprGraceful };
}

/** As Dapr reads its annotations. */
function isTrue(text: string | undefined): boolean {
  return text !== undefined && /^(?:y|yes|true|t|on|1)$/i.test(text);
}

function withDrain(mesh: Mesh, setBy: string, drainSeconds: number | undefined): Mesh {
  return drainSeconds === undefined ? mesh : { ...mesh, drainSeconds, setBy };
}

const unitSeconds: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 0.001 };
/** `999h59m59s999ms` has 15 characters; no real duration is longer. */
const longestDuration = 32;

/** `45`, `45s`, `1m30s`, rounded up to whole seconds; undefined when it is not a duration. */
function seconds(duration: string | undefined): number | undefined {
  if (duration === undefined || duration.length > longestDuration) return undefined;
  if (/^\d+$/.test(duration)) return Number(duration);
  const parts = [...duration.matchAll(/(\d+)(ms|[hms])/gy)];
  if (duration === '' || parts.map(([part]) => part).join('') !== duration) return undefined;
  return Math.ceil(parts.reduce((sum, [, n, unit = '']) => sum + Number(n) * (unitSeconds[unit] ?? 0), 0));
}
