// The Deployment of a proxy and its Service, as people write them by hand: nothing in them prevents a loss.

import type { JsonObject } from '../../../workload/json.ts';
import type { Workload } from '../../../workload/workload.ts';
import { container, labLabels, type PodSettings, pod, servicePorts } from '../objects.ts';
import type { LabRow } from '../result.ts';
import { gateways } from './gateways.ts';
import { type GatewayName, usualGatewayImage } from './names.ts';

const port = 8080;
const file = '/tmp/gateway.conf';

export interface GatewayObjects {
  readonly workload: Workload;
  readonly service: JsonObject;
}

interface Place {
  readonly name: string;
  readonly pods: PodSettings;
  /** The Service of the application, as host:port. */
  readonly upstream: string;
}

export function gatewayObjects(
  through: GatewayName,
  row: LabRow,
  { name, pods: settings, upstream }: Place,
): GatewayObjects {
  const { namespace, imagePullPolicy, gatewayImage = usualGatewayImage } = settings;
  const { keepAlive = true, gatewayRetries, proxies = 1 } = row;
  const labels = { ...labLabels, app: name };
  const config = gateways[through].config({
    listen: upstream.startsWith('[') ? `[::]:${port}` : `${port}`,
    upstream,
    keepAlive,
    ...(gatewayRetries !== undefined && { retries: gatewayRetries }),
  });
  const gateway = {
    ...container,
    name: 'gateway',
    image: gatewayImage,
    imagePullPolicy,
    command: ['sh', '-c', script(through, row)],
    env: [{ name: 'GATEWAY_CONFIG', value: config }],
    ports: [{ name: 'http', containerPort: port }],
    volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
    resources: { requests: { cpu: '100m', memory: '64Mi' } },
  };
  const workload = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace, labels },
    spec: {
      replicas: proxies,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels },
        spec: { ...pod, containers: [gateway], volumes: [{ name: 'tmp', emptyDir: {} }] },
      },
    },
  };
  return { workload, service: gatewayService(name, namespace) };
}

function gatewayService(name: string, namespace: string): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace, labels: { ...labLabels } },
    spec: { selector: { app: name }, ports: [{ name: 'http', port: servicePorts.http, targetPort: 'http' }] },
  };
}

/** The image holds three programs, so it cannot name the signal on which the program drains: where it is to drain, the shell sends it. */
function script(through: GatewayName, { rolls, drains }: LabRow): string {
  const { command, drainSignal } = gateways[through];
  const write = `printf %s "$GATEWAY_CONFIG" >${file}`;
  if (rolls === undefined || !drains || drainSignal === 'TERM') return `${write} && exec env ${command(file)}`;
  const forward = `trap 'kill -${drainSignal} $program' TERM`;
  return `${write} && env ${command(file)} & program=$!; ${forward}; wait $program; wait $program`;
}
