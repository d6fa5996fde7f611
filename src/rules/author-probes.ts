// Probes that the author wrote and that cannot do what they are for, although the API server accepts them.
// Source: kubernetes/kubernetes pkg/kubelet/prober/worker.go, pkg/probe/util.go. A port's name is looked up in the container itself.
// Where it is missing the result is thrown away: readiness stays at failed, startup at unknown, and liveness at passed.

import { isPortName } from '../policy/validation/names.ts';
import { truncate } from '../text/truncate.ts';
import { handlersOf, probeHandlers } from '../workload/api-defaults.ts';
import type { Container, PodTemplate, ProbeHandler } from '../workload/workload.ts';
import { type Report, report } from './finding.ts';
import { declaresName } from './ports.ts';

export type ProbeField = 'readinessProbe' | 'livenessProbe' | 'startupProbe';

interface At {
  readonly rule: string;
  /** Of the container. */
  readonly path: string;
  readonly template: PodTemplate;
}

/** What is wrong with one probe of a container; undefined for nothing, and for what the API server refuses. */
export function futileProbe(container: Container, field: ProbeField, { rule, path, template }: At): Report | undefined {
  const [handler, ...more] = handlersOf(probeHandlers, container[field]);
  if (handler === undefined || more.length > 0 || isFilledByInjection(container)) return undefined;
  const at = `${path}.${field}.${handler}`;
  const { name } = container;
  const unknown = undeclaredName(container, container[field]?.[handler]);
  if (unknown !== undefined) {
    const message = `the ${field} of container ${name} names port ${unknown}, which this container does not declare: ${withoutPort[field]}. Give one of its ports that name, or write the number`;
    return report(rule, field === 'livenessProbe' ? 'note' : 'error', { path: `${at}.port`, message });
  }
  const host = hostOf(container[field]);
  if (host === undefined) return undefined;
  const isLoopback = /^(?:localhost|127\.[\d.]{1,12}|::1)$/.test(host);
  // There it reaches the pod, or another one on the same node.
  if (isLoopback && template.spec.hostNetwork === true) return undefined;
  const who = isLoopback
    ? `${host}, which is the node here and not the pod`
    : `the host ${truncate(host, 80)} instead of the pod`;
  const cure = handler === 'httpGet' ? 'Remove host, or send it as the header Host in httpHeaders' : 'Remove host';
  const message = `the ${field} of container ${name} asks ${who}: it passes or fails whatever this pod does. ${cure}`;
  return report(rule, 'note', { path: `${at}.host`, message });
}

const withoutPort: Readonly<Record<ProbeField, string>> = {
  readinessProbe: 'it never passes, so no new pod becomes ready and the rollout hangs',
  startupProbe: 'it never passes, so no new pod becomes ready and the rollout hangs',
  livenessProbe: 'it never runs, so the container is not restarted when it hangs',
};

function undeclaredName(container: Container, handler: ProbeHandler[keyof ProbeHandler]): string | undefined {
  const port = (handler as { readonly port?: unknown } | undefined)?.port;
  if (typeof port !== 'string' || !isPortName(port)) return undefined;
  return declaresName(container, port) ? undefined : port;
}

/** The host that a probe asks instead of the pod. */
export function hostOf(probe: ProbeHandler | undefined): string | undefined {
  const host = probe?.httpGet?.host ?? probe?.tcpSocket?.host;
  return typeof host === 'string' && host !== '' ? host : undefined;
}

/** Istio's injection replaces a container with this image, and gives it ports and a probe. */
export function isFilledByInjection({ image }: Container): boolean {
  return image === 'auto';
}
