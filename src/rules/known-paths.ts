// How each of the known data paths is recognised.

import type { Service } from '../workload/kubernetes.ts';
import type { Gateway, Ingress, TargetGroupBinding } from '../workload/neighbours.ts';
import type { Mesh } from './mesh.ts';
import { type PathRow, pathRows as rows } from './path-rows.ts';
import type { Surroundings } from './surroundings.ts';

export interface DataPath extends PathRow {
  /** The object that it was recognised by, and how: `Ingress shop (class alb, target-type ip)`. */
  readonly by: string;
}

export function kubeProxy({ name }: Service): DataPath {
  return { ...rows.kubeProxy, by: `Service ${name}` };
}

export function meshProxy({ name }: Mesh): DataPath {
  return { ...rows.mesh, by: name };
}

interface Routes {
  readonly ingresses: readonly Ingress[];
  readonly bindings: readonly TargetGroupBinding[];
  /** True where there is no Ingress but these. */
  readonly knowsIngresses: boolean;
}

/** The load balancer of the Service itself, if it sends to pods. */
export function pathOfService(service: Service, routes: Routes): DataPath | undefined {
  return networkLoadBalancer(service, routes) ?? boundTargets(routes) ?? endpointGroup(service, routes);
}

const awsService = 'service.beta.kubernetes.io/aws-load-balancer-';
const nlbClass = 'service.k8s.aws/nlb';

/** Its class alone asks for instance targets, the default of its controller. */
function networkLoadBalancer(
  { name, loadBalancer, annotations = {} }: Service,
  { bindings, ingresses }: Routes,
): DataPath | undefined {
  if (loadBalancer === undefined) return undefined;
  if (annotations[`${awsService}nlb-target-type`] === 'ip')
    return { ...rows.nlb, by: `Service ${name} (nlb-target-type ip)` };
  if (annotations[`${awsService}type`] === 'nlb-ip')
    return { ...rows.nlb, by: `Service ${name} (aws-load-balancer-type nlb-ip)` };
  // A controller may have another default; it then makes such a binding.
  const binding = loadBalancer.class === nlbClass && ingresses.length === 0 ? bindings.find(hasPods) : undefined;
  return binding && { ...rows.nlb, by: `TargetGroupBinding ${binding.name} (targetType ip)` };
}

function boundTargets({ bindings }: Routes): DataPath | undefined {
  const binding = bindings.find(hasPods);
  return binding && { ...rows.aws, by: `TargetGroupBinding ${binding.name} (targetType ip)` };
}

function hasPods({ targetType }: TargetGroupBinding): boolean {
  return targetType === 'ip';
}

/** GKE writes `{"ingress": true}` to Services that no Ingress may send to: it counts only where Ingresses are not known. */
function endpointGroup(service: Service, { knowsIngresses }: Routes): DataPath | undefined {
  const { exposed, ingress } = groupsOf(service);
  if (!exposed && (ingress !== true || knowsIngresses)) return undefined;
  return { ...rows.neg, by: `Service ${service.name} (annotation ${negAnnotation})` };
}

const noGroups = { exposed: false, ingress: undefined };
const negAnnotation = 'cloud.google.com/neg';
// The annotation names a few ports.
const longestGroups = 10_000;

/** What the annotation of the Service asks for; `ingress` undefined: nothing. */
function groupsOf({ annotations }: Service): { readonly exposed: boolean; readonly ingress: boolean | undefined } {
  const text = annotations?.[negAnnotation];
  if (text === undefined) return noGroups;
  const ingress = /"ingress"\s*:\s*(true|false)/.exec(text.slice(0, longestGroups))?.[1];
  return { exposed: text.includes('"exposed_ports"'), ingress: ingress === undefined ? undefined : ingress === 'true' };
}

/** undefined where nothing is known about who serves it. */
export function pathOfIngress(ingress: Ingress, service: Service, surroundings: Surroundings): DataPath | undefined {
  const served = classOf(ingress, surroundings);
  const row = rowOf(served, ingress, service);
  if (row === undefined) return undefined;
  const how = [served.name !== undefined && `class ${served.name}`, row === rows.alb && 'target-type ip'];
  const why = how.filter((part) => part !== false).join(', ');
  return { ...row, by: `Ingress ${ingress.name}${why === '' ? '' : ` (${why})`}` };
}

interface Served {
  readonly name?: string;
  /** From the IngressClass, where that is known. */
  readonly controller?: string;
}

function classOf({ className }: Ingress, { all, find }: Surroundings): Served {
  if (className === undefined) {
    const usual = all('IngressClass').find(({ isDefault }) => isDefault);
    return usual === undefined ? {} : { name: usual.name, controller: usual.controller };
  }
  const controller = find('IngressClass', '', className)?.controller;
  return { name: className, ...(controller !== undefined && { controller }) };
}

const albTarget = 'alb.ingress.kubernetes.io/target-type';

function rowOf({ name, controller }: Served, { annotations }: Ingress, service: Service): PathRow | undefined {
  const kind = controller === undefined ? byClass.get(name ?? '') : byController.get(controller);
  if (kind === 'alb') {
    const target = service.annotations?.[albTarget] ?? annotations[albTarget];
    // Without it the controller's settings decide, and these are not known.
    return target === 'ip' ? rows.alb : undefined;
  }
  // Its controller also serves an Ingress without a class.
  const groups = groupsOf(service);
  if (kind === 'neg' || (name === undefined && groups.ingress === true))
    return groups.ingress === false ? undefined : rows.neg;
  if (kind !== undefined) return rows[kind];
  return name === undefined ? undefined : rows.proxy;
}

const byController = new Map<string, keyof typeof rows>([
  ['ingress.k8s.aws/alb', 'alb'],
  ['eks.amazonaws.com/alb', 'alb'],
  ['k8s.io/ingress-nginx', 'nginx'],
  ['nginx.org/ingress-controller', 'nginx'],
  ['azure/application-gateway', 'applicationGateway'],
]);

/** The names that these controllers use themselves; some need no IngressClass. */
const byClass = new Map<string, keyof typeof rows>([
  ['alb', 'alb'],
  ['nginx', 'nginx'],
  ['gce', 'neg'],
  ['gce-internal', 'neg'],
  ['azure-application-gateway', 'applicationGateway'],
  ['azure/application-gateway', 'applicationGateway'],
]);

/** `route`: the HTTPRoute that names the Gateway. */
export function pathOfGateway(route: string, gateway: Gateway | undefined): DataPath | undefined {
  if (gateway === undefined) return undefined;
  const row = gateway.className.startsWith('gke-') ? rows.neg : rows.gateway;
  return { ...row, by: `HTTPRoute ${route} at Gateway ${gateway.name} (class ${gateway.className})` };
}
