// The slowest known way by which traffic reaches the pods of a workload. A proxy or load balancer on it goes on sending to a pod that
// terminates until it has learned of that, and a load balancer that sends to the pods themselves takes longest. Only what is known counts.

import type { Service } from '../workload/kubernetes.ts';
import type { Neighbours } from '../workload/neighbours.ts';
import { type DataPath, kubeProxy, meshProxy, pathOfGateway, pathOfIngress, pathOfService } from './known-paths.ts';
import { meshOf } from './mesh.ts';
import type { Planned } from './rule.ts';
import type { RouteKind, Surroundings } from './surroundings.ts';

/** undefined where no way to the pods is known. */
export function dataPathOf({
  kind,
  author,
  namespace,
  oldestNode,
  services,
  surroundings,
}: Planned): DataPath | undefined {
  const mesh = meshOf(kind.templateOf(author), namespace, oldestNode);
  const [first] = services;
  const paths = [first && kubeProxy(first), mesh && meshProxy(mesh), ...pathsTo(services, surroundings)];
  return paths
    .filter((path) => path !== undefined)
    .reduce<DataPath | undefined>(
      (slowest, path) => (path.seconds > (slowest?.seconds ?? 0) ? path : slowest),
      undefined,
    );
}

// A tenant may send to one Service from thousands of them.
const mostRoutes = 1_000;

function pathsTo(services: readonly Service[], surroundings: Surroundings): (DataPath | undefined)[] {
  let left = mostRoutes;
  const routesTo = <K extends RouteKind>(kind: K, { name }: Service): readonly Neighbours[K][] => {
    const routes = surroundings.routesTo(kind, name).slice(0, left);
    left -= routes.length;
    return routes;
  };
  return services.flatMap((service) => {
    const ingresses = routesTo('Ingress', service);
    const bindings = routesTo('TargetGroupBinding', service);
    return [
      pathOfService(service, { bindings, ingresses, knowsIngresses: surroundings.knows('Ingress') }),
      ...ingresses.map((ingress) => pathOfIngress(ingress, service, surroundings)),
      ...routesTo('HTTPRoute', service).flatMap(({ name, gateways }) =>
        gateways.map((gateway) => pathOfGateway(name, surroundings.find('Gateway', gateway.namespace, gateway.name))),
      ),
    ];
  });
}
