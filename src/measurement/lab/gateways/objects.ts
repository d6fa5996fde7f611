// The Deployment of a proxy and its Services, as people write them by hand: nothing in them prevents a loss.

import type { JsonObject } from '../../../workload/json.ts';
import type { Workload } from '../../../workload/workload.ts';
import { container, labLabels, type PodSettings, pod, servicePorts } from '../objects.ts';
import type { LabRow } from '../result.ts';
import { gateways } from './gateways.ts';
import { type GatewayName, usualGatewayImage } from './names.ts';
import { dnsOf, fillIn, headlessService, podUpstream, withDns } from './pod-addresses.ts';

const port = 8080;
const file = '/tmp/gateway.conf';

export interface GatewayObjects {
  readonly workload: Workload;
  /** Where clients send. */
  readonly service: JsonObject;
  /** By which the proxy knows the pods of the application; absent where it sends to the address of their Service. */
  readonly headless?: JsonObject;
}

interface Place {
  readonly name: string;
  readonly pods: PodSettings;
  /** The name of the application. */
  readonly app: string;
  /** The address of its Service, in the form that a URL needs. */
  readonly host: string;
}

export function gatewayObjects(through: GatewayName, row: LabRow, place: Place): GatewayObjects {
  const { name, app, pods: settings } = place;
  const { namespace, gatewayDns } = settings;
  const toPods = row.upstream === 'pods';
  const labels = { ...labLabels, app: name };
  const workload = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace, labels },
    spec: {
      replicas: row.proxies ?? 1,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels },
        spec: {
          ...pod,
          ...(toPods && dnsOf(gatewayDns, namespace)),
          containers: [gatewayContainer(through, row, place)],
          volumes: [{ name: 'tmp', emptyDir: {} }],
        },
      },
    },
  };
  const service = gatewayService(name, namespace);
  return { workload, service, ...(toPods && { headless: headlessService(app, namespace) }) };
}

function gatewayContainer(through: GatewayName, row: LabRow, { pods: settings, app, host }: Place): JsonObject {
  const { namespace, imagePullPolicy, gatewayImage = usualGatewayImage } = settings;
  const { upstream, keepAlive = true, gatewayRetries } = row;
  const config = gateways[through].config({
    listen: host.startsWith('[') ? `[::]:${port}` : `${port}`,
    upstream: upstream === 'pods' ? podUpstream(app, namespace) : `${host}:${servicePorts.http}`,
    keepAlive,
    ...(gatewayRetries !== undefined && { retries: gatewayRetries }),
  });
  return {
    ...container,
    name: 'gateway',
    image: gatewayImage,
    imagePullPolicy,
    command: ['sh', '-c', script(through, row, namespace)],
    env: [{ name: 'GATEWAY_CONFIG', value: config }],
    ports: [{ name: 'http', containerPort: port }],
    volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
    resources: { requests: { cpu: '100m', memory: '64Mi' } },
  };
}

function gatewayService(name: string, namespace: string): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace, labels: { ...labLabels } },
    spec: { selector: { app: name }, ports: [{ name: 'http', port: servicePorts.http, targetPort: 'http' }] },
  };
}

/**
 * The image holds three programs, so it cannot name the signal for each: the shell sends it to a program that rolls. As process 1, Debian's
 * HAProxy would not end with SIGTERM at all.
 */
function script(through: GatewayName, { rolls, drains, upstream }: LabRow, namespace: string): string {
  const { command, signals } = gateways[through];
  const config = 'printf %s "$GATEWAY_CONFIG"';
  const write = upstream === 'pods' ? `${withDns(namespace)}${config} | ${fillIn} >${file}` : `${config} >${file}`;
  if (rolls === undefined) return `${write} && exec env ${command(file)}`;
  const forward = `trap 'kill -${drains ? signals.drains : signals.ends} $program' TERM`;
  return `${write} && env ${command(file)} & program=$!; ${forward}; wait $program; wait $program`;
}
