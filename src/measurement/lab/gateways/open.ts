// The proxy of one measurement: made and ready, with what it logged.

import { deployment } from '../../../workload/kinds/deployment.ts';
import { podNaming } from '../../rollout/pod-naming.ts';
import { addressOf } from '../address.ts';
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

interface Application {
  readonly app: string;
  /** The address of its Service, in the form that a URL needs. */
  readonly host: string;
}

/** Undefined for a row that goes straight to the Service. @throws Error with a sentence when it does not start; then nothing of it is left. */
export async function openGateway(
  context: LabContext,
  row: LabRow,
  { app, host }: Application,
): Promise<OpenGateway | undefined> {
  const { through } = row;
  if (through === undefined) return undefined;
  const { api, settings } = context;
  const name = `${app}-gateway`;
  const objects = gatewayObjects(through, row, { name, pods: settings.pods, app, host });
  const { workload, service, headless } = objects;
  const services = [service, ...(headless === undefined ? [] : [headless])];
  const logs = followLogs(api, settings.pods.namespace);
  const rolling = { kind: deployment, name, naming: podNaming(), logs, isForeign: true } as const;
  const close = async () => {
    await logs.stop();
    await Promise.allSettled([...services, workload].map((object) => remove(api, object)));
  };
  try {
    const [stored = service] = await Promise.all(services.map((one) => create(api, one)));
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
