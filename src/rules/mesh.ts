// Which service mesh injects a sidecar into these pods, and how long that sidecar drains. Sidecars are injected into Pods, so a
// workload shows only annotations and labels. Names and defaults: istio/istio pilot and api, linkerd/linkerd2 pkg/k8s/labels.go,
// hashicorp/consul-k8s connect-inject/constants.

import type { Namespace, Version } from '../workload/kubernetes.ts';
import type { PodTemplate } from '../workload/workload.ts';

export interface Mesh {
  readonly name: 'Istio' | 'Linkerd' | 'Consul';
  /** How long the sidecar keeps running after its own SIGTERM, in seconds. */
  readonly drainSeconds: number;
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
  return consul(pods) ?? istio(pods) ?? linkerd(pods);
}

const consulPrefix = 'consul.hashicorp.com/';
const consulGrace = `${consulPrefix}sidecar-proxy-lifecycle-shutdown-grace-period-seconds`;

function consul({ annotations }: Pods): Mesh | undefined {
  if (annotations[`${consulPrefix}connect-inject`] !== 'true') return undefined;
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
