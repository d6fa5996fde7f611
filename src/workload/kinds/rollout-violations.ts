// What the controller of Argo Rollouts refuses about a Rollout's own fields: it writes InvalidSpec into the status, and nothing rolls.
// Source: argoproj/argo-rollouts pkg/apis/rollouts/validation/validation.go, 1.9.

import { isZero } from '../int-or-percent.ts';
import { isObject, type JsonObject } from '../json.ts';
import { getAt } from '../path.ts';
import type { IntOrPercent, Workload } from '../workload.ts';
import type { Violation } from './kind.ts';

const path = 'spec.strategy';

export function rolloutViolations(workload: Workload): readonly Violation[] {
  const [blueGreen, canary] = ['blueGreen', 'canary'].map((name) => getAt(workload, `${path}.${name}`));
  return [...deadline(workload), ...templateTwice(workload), ...strategies(workload, blueGreen, canary)];
}

function strategies(workload: Workload, blueGreen: unknown, canary: unknown): readonly Violation[] {
  const [isBlue, isCanary] = [isObject(blueGreen as JsonObject), isObject(canary as JsonObject)];
  if (!isBlue && !isCanary)
    return [{ path, message: 'one of canary and blueGreen must be there: without one nothing rolls' }];
  if (isBlue && isCanary) return [{ path, message: 'canary and blueGreen exclude each other: remove one of the two' }];
  return isBlue
    ? [...blueGreenViolations(blueGreen as JsonObject), ...historyViolations(workload, blueGreen as JsonObject)]
    : [...canaryViolations(canary as JsonObject), ...routerViolations(canary as JsonObject)];
}

/** The old ReplicaSets that are kept to be switched back to are some of the history. */
function historyViolations(
  workload: Workload,
  { scaleDownDelayRevisionLimit: kept }: JsonObject,
): readonly Violation[] {
  const history = getAt(workload, 'spec.revisionHistoryLimit') ?? 10;
  if (typeof kept !== 'number' || typeof history !== 'number' || kept <= history) return [];
  const message = `scaleDownDelayRevisionLimit ${kept} must not be greater than revisionHistoryLimit ${history}`;
  return [{ path: `${path}.blueGreen.scaleDownDelayRevisionLimit`, message }];
}

function blueGreenViolations({ activeService = '', previewService = '' }: JsonObject): readonly Violation[] {
  const at = `${path}.blueGreen.activeService`;
  if (activeService === '') return [{ path: at, message: 'activeService is missing: it names the Service to switch' }];
  return activeService === previewService
    ? [{ path: at, message: 'activeService and previewService must be two different Services' }]
    : [];
}

function canaryViolations(canary: JsonObject): readonly Violation[] {
  const at = `${path}.canary`;
  const { maxUnavailable = '25%', maxSurge = '25%', canaryService = '', stableService = '' } = canary;
  const isRouted = isObject(canary.trafficRouting);
  const delay = canary.scaleDownDelaySeconds ?? null;
  const routed = 'works only with trafficRouting';
  const found: (Violation | false)[] = [
    isZero(maxUnavailable as IntOrPercent) &&
      isZero(maxSurge as IntOrPercent) && {
        path: `${at}.maxSurge`,
        message: 'maxUnavailable and maxSurge are both 0: no pod could ever be replaced',
      },
    canaryService !== '' &&
      canaryService === stableService && {
        path: `${at}.stableService`,
        message: 'canaryService and stableService must be two different Services',
      },
    !isRouted && delay !== null && { path: `${at}.scaleDownDelaySeconds`, message: `scaleDownDelaySeconds ${routed}` },
    !isRouted &&
      canary.dynamicStableScale === true && {
        path: `${at}.dynamicStableScale`,
        message: `dynamicStableScale ${routed}`,
      },
    isRouted &&
      canary.dynamicStableScale === true &&
      delay !== null && {
        path: `${at}.dynamicStableScale`,
        message: 'dynamicStableScale and scaleDownDelaySeconds exclude each other',
      },
  ];
  return found.filter((one) => one !== false);
}

const routersByService = ['smi', 'apisix', 'ambassador', 'nginx', 'appMesh', 'traefik'];

function routerViolations({
  trafficRouting,
  pingPong,
  canaryService,
  stableService,
}: JsonObject): readonly Violation[] {
  const routing = isObject(trafficRouting) ? trafficRouting : undefined;
  if (isObject(pingPong)) return pingPongViolations(pingPong, routing);
  const isByService = routersByService.some((router) => isObject(routing?.[router]));
  const istio = routing?.istio;
  const isBySubset = isObject(istio) && isObject(istio.destinationRule);
  if (!isByService && !isObject(routing?.alb) && (!isObject(istio) || isBySubset)) return [];
  return Object.entries({ canaryService, stableService })
    .filter(([, service]) => !service)
    .map(([name]) => ({ path: `${path}.canary.${name}`, message: `${name} is missing: trafficRouting requires it` }));
}

function pingPongViolations(pingPong: JsonObject, routing: JsonObject | undefined): readonly Violation[] {
  const at = `${path}.canary.pingPong`;
  const { pingService, pongService } = pingPong;
  if (!pingService || !pongService) return [{ path: at, message: 'pingPong requires a pingService and a pongService' }];
  if (pingService === pongService)
    return [{ path: at, message: 'pingService and pongService must be two different Services' }];
  if (isObject(routing?.alb) && !routing.alb.rootService)
    return [{ path: `${path}.canary.trafficRouting.alb`, message: 'rootService is missing: pingPong requires it' }];
  if (routing === undefined || isObject(routing.alb) || isObject(routing.istio)) return [];
  return [{ path: at, message: 'pingPong works only with the routers alb and istio' }];
}

function deadline(workload: Workload): readonly Violation[] {
  const [ready, most] = [
    getAt(workload, 'spec.minReadySeconds') ?? 0,
    getAt(workload, 'spec.progressDeadlineSeconds') ?? 600,
  ];
  if (typeof ready !== 'number' || typeof most !== 'number' || most > ready) return [];
  const message = `progressDeadlineSeconds ${most} must be greater than minReadySeconds ${ready}`;
  return [{ path: 'spec.progressDeadlineSeconds', message }];
}

/** Its controller looks at the labels and annotations of the template only, and lets it pass without them. */
function templateTwice(workload: Workload): readonly Violation[] {
  if (!isObject(getAt(workload, 'spec.workloadRef')) || !isObject(getAt(workload, 'spec.template'))) return [];
  return [{ path: 'spec.template', message: 'the template is not used beside workloadRef: remove one of the two' }];
}
