// The proxy of one measurement: made and ready, with what it logged.

import { deployment } from '../../../workload/kinds/deployment.ts';
import { podNaming } from '../../rollout/pod-naming.ts';
import { addressOf } from '../address.ts';
import { servicePorts } from '../objects.ts';
import { create, remove } from '../objects-api.ts';
import { planned } from '../plan.ts';
import { followLogs } from '../pod-logs.ts';
import type { LabRow } from '../result.ts';
import { specFor } from '../rows.ts';
import { type LabContext, type RollingTarget, startedPods } from '../wait-for.ts';
import type { GatewayRecord } from './gateway.ts';
import { gateways } from './gateways.ts';
import { type GatewayObjects, gatewayObjects } from './objects.ts';

export interface OpenGateway {
  /** Where the load goes, in the form that a URL needs. */
  readonly host: string;
  /** Its Deployment, where it is what rolls. */
  readonly rolling: RollingTarget;
  /** What it logged until now. */
  readonly records: () => readonly GatewayRecord[];
  readonly close: () => Promise<void>;
}

interface Front {
  /** Of its objects. */
  readonly name: string;
  /** The address of the Service of the application. */
  readonly host: string;
}

/** Undefined for a row that goes straight to the Service. @throws Error with a sentence when it does not start; then nothing of it is left. */
export async function openGateway(
  context: LabContext,
  row: LabRow,
  { name, host }: Front,
): Promise<OpenGateway | undefined> {
  const { through } = row;
  if (through === undefined) return undefined;
  const { api, settings } = context;
  const upstream = `${host}:${servicePorts.http}`;
  const objects = gatewayObjects(through, row, { name, pods: settings.pods, upstream });
  const logs = followLogs(api, settings.pods.namespace);
  const rolling = { kind: deployment, name, naming: podNaming(), logs, isForeign: true } as const;
  const close = async () => {
    await logs.stop();
    await Promise.allSettled([objects.service, objects.workload].map((object) => remove(api, object)));
  };
  try {
    const stored = await create(api, objects.service);
    await create(api, fixed(objects, row, settings.sleepSeconds));
    await startedPods(context, rolling);
    const records = () => [...logs.lines.values()].flatMap(gateways[through].records);
    return { host: addressOf(stored), rolling, records, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The fixes of the row are those of what rolls. */
function fixed({ workload, service }: GatewayObjects, { rolls, fixes }: LabRow, sleepSeconds: number | undefined) {
  return planned(workload, service, specFor(rolls === 'gateway' ? fixes : 'nothing', sleepSeconds));
}
