// What a run of `hitless lab` measures, from its flags.

import { randomBytes } from 'node:crypto';
import type { Api } from '../../cluster/client/api.ts';
import { webhookIsInstalled } from '../../cluster/webhook-configuration.ts';
import { onWays } from '../../measurement/lab/gateways/ways.ts';
import { type LabKindName, labKindOf } from '../../measurement/lab/lab-kinds.ts';
import { readRoute } from '../../measurement/lab/route.ts';
import { fixNamesOf, type Matrix, quickFixNames, rowsOf } from '../../measurement/lab/rows.ts';
import { httpTraffic, type LabSettings, requestTraffic } from '../../measurement/lab/settings.ts';
import { leavingFixNames, leavingRows } from '../../measurement/lab/ways-to-leave/rows.ts';
import { type Traffic, trafficKinds } from '../../measurement/traffic.ts';
import { gatewayDnsOf, isBehindGateway, waysOf } from './gateways.ts';
import type { LabOptions } from './lab-options.ts';
import { cordonSettings, leavesOf } from './leave.ts';

/** @throws Error with a sentence */
export async function settingsOf(api: Api, options: LabOptions & { readonly image: string }): Promise<LabSettings> {
  const { quick, rate, parallel, target } = options;
  const leaving = options.kind.flatMap((kind) => leavingRows(rowsOf(matrixOf(kind, options)), leavesOf(options.leave)));
  const rows = onWays(leaving, waysOf(options));
  const isWhole = rows.some(({ fixes }) => fixes === 'all' || fixes === 'advised');
  return {
    pods: {
      namespace: options.namespace ?? `hitless-lab-${randomBytes(3).toString('hex')}`,
      image: options.image,
      gatewayImage: options.gatewayImage,
      ...gatewayDnsOf(options),
      imagePullPolicy: options.imagePullPolicy,
      startUpMs: options.startUp,
      workMs: options.work,
      ...(await cordonSettings(api, rows)),
    },
    rows,
    rollouts: options.rollouts ?? (quick ? 3 : 20),
    parallel,
    rate,
    lanes: options.traffic ?? usualTraffic(options),
    retries: options.retries[0] ?? 0,
    timeoutMs: options.timeout * 1000,
    startWithinMs: options.startWithin * 1000,
    sleepSeconds: options.sleep,
    webhook: options.webhook && isWhole && (await webhookIsInstalled(api)),
    target,
    route: options.route === undefined ? [] : await readRoute(options.route),
    ...(options.dataPlane && { dataPlaneImage: options.dataPlaneImage }),
  };
}

function usualTraffic(options: LabOptions): readonly Traffic[] {
  if (isBehindGateway(options)) return requestTraffic;
  return options.target === undefined ? trafficKinds : httpTraffic;
}

function matrixOf(kind: LabKindName, { rows, replicas, quick, leave, application }: LabOptions): Matrix {
  const measured = fixNamesOf(kind);
  const usualFixes = leave ? leavingFixNames(kind) : quick && kind === 'deployment' ? quickFixNames : measured;
  const fixes = rows?.filter((name) => measured.includes(name)) ?? usualFixes;
  const drains = { ends: [false], drains: [true], both: [false, true] }[application];
  const usual = kind === 'deployment' && !quick && !leave ? [1, 2, 4] : quick || leave ? [2] : [1, 2];
  const isPerNode = labKindOf({ kind }).kind.perNode === true;
  return { kind, fixes, drains, replicas: isPerNode ? [1] : (replicas ?? usual) };
}
