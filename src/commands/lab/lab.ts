// `hitless lab`: measures what a rollout loses on this cluster, with and without each fix.

import { randomBytes } from 'node:crypto';
import type { Api } from '../../cluster/client/api.ts';
import { clusterVersion } from '../../cluster/client/discovery.ts';
import { webhookIsInstalled } from '../../cluster/webhook-configuration.ts';
import { collect } from '../../measurement/lab/collect.ts';
import { onWays } from '../../measurement/lab/gateways/ways.ts';
import { type LabKindName, labKindOf } from '../../measurement/lab/lab-kinds.ts';
import type { LabResult } from '../../measurement/lab/result.ts';
import { readRoute } from '../../measurement/lab/route.ts';
import { fixNamesOf, type Matrix, promisesNoLoss, quickFixNames, rowKey, rowsOf } from '../../measurement/lab/rows.ts';
import { runLab } from '../../measurement/lab/run.ts';
import { httpTraffic, type LabSettings, requestTraffic } from '../../measurement/lab/settings.ts';
import { leavingFixNames, leavingRows } from '../../measurement/lab/ways-to-leave/rows.ts';
import { type Traffic, trafficKinds } from '../../measurement/traffic.ts';
import { allowedNames, isNamespaceName } from '../../policy/validation/names.ts';
import { interruptible } from '../../terminal/interrupt.ts';
import type { ExitCode, Terminal } from '../../terminal/terminal.ts';
import { commandText } from '../command-line.ts';
import { errorWriter, firstUnwritable, writeOut } from '../output-file.ts';
import { podImage } from '../pod-image.ts';
import { type ClusterFlags, withCluster } from '../with-cluster.ts';
import { type GatewayOptions, isBehindGateway, misrouted, waysOf, withoutGateways } from './gateways.ts';
import { cordonSettings, type LeaveWord, leaveMisuse, leavesOf } from './leave.ts';
import { labText } from './output.ts';
import { progress } from './progress.ts';

export interface LabOptions extends ClusterFlags, GatewayOptions {
  readonly quick?: true;
  readonly rollouts?: number;
  readonly rows?: readonly string[];
  readonly replicas?: readonly number[];
  readonly kind: readonly LabKindName[];
  readonly leave?: readonly LeaveWord[];
  readonly application: 'ends' | 'drains' | 'both';
  readonly traffic?: readonly Traffic[];
  readonly rate: number;
  readonly retries: readonly number[];
  /** Seconds. */
  readonly timeout: number;
  readonly sleep?: number;
  /** Milliseconds. */
  readonly startUp: number;
  readonly work: number;
  readonly parallel: number;
  /** Seconds. */
  readonly startWithin: number;
  /** Absent: the installed webhook's. */
  readonly image?: string;
  readonly imagePullPolicy: LabSettings['pods']['imagePullPolicy'];
  readonly namespace?: string;
  readonly webhook: boolean;
  readonly dataPlane?: true;
  readonly dataPlaneImage: string;
  readonly target?: string;
  readonly route?: string;
  readonly report?: string;
  readonly json?: string;
}

/** 0: measured. 1: the row all lost requests of an application that drains. 2: usage, no cluster, or not everything was measured. */
export async function lab(options: LabOptions, terminal: Terminal): Promise<ExitCode> {
  const mistake = misuse(options) ?? (await firstUnwritable(options.json, options.report));
  if (mistake !== undefined) {
    errorWriter('lab', terminal)(mistake);
    return 2;
  }
  return withCluster({ name: 'lab', options, terminal }, async (api) => {
    const image = await podImage(api, options.image, errorWriter('lab', terminal));
    const settings = await settingsOf(api, { ...options, image });
    const result = await measureAll(api, { settings, options, terminal });
    terminal.out(labText(result, terminal));
    return (await writeFiles(result, options, terminal)) ? exitCodeOf(result, settings) : 2;
  });
}

export function exitCodeOf({ rows }: LabResult, { rollouts: wanted }: Pick<LabSettings, 'rollouts'>): ExitCode {
  if (rows.some((row) => promisesNoLoss(row) && row.lost > 0)) return 1;
  return rows.every(({ rollouts }) => rollouts.length === wanted) ? 0 : 2;
}

function misuse({ kind, rows = [], route, namespace, ...others }: LabOptions): string | undefined {
  const names = [...new Set(kind.flatMap(fixNamesOf))];
  const unknown = rows.find((row) => !names.includes(row));
  if (unknown !== undefined)
    return `--rows: each row must be one of ${names.join(', ')}, found ${JSON.stringify(unknown)}`;
  if (namespace !== undefined && !isNamespaceName(namespace))
    return `--namespace: must be ${allowedNames.namespace}, found ${JSON.stringify(namespace)}`;
  const cannotLeave = leaveMisuse({ kind, ...others });
  if (cannotLeave !== undefined) return cannotLeave;
  const astray = misrouted(others);
  if (astray !== undefined) return astray;
  if (others.target !== undefined) return misaimed(others.target, { route, namespace, ...others });
  return route === undefined ? undefined : '--route requires --target, the URL that the route serves';
}

type Aim = Pick<LabOptions, 'parallel' | 'traffic' | 'dataPlane'> & Record<'route' | 'namespace', string | undefined>;

function misaimed(
  target: string,
  { route, namespace, parallel, dataPlane, traffic: wanted = [] }: Aim,
): string | undefined {
  if (!/^https?:\/\//.test(target) || !URL.canParse(target))
    return `--target: must be an http or https URL, found ${JSON.stringify(target)}`;
  if (dataPlane)
    return '--data-plane records the node that the load pod runs on, and with --target the load comes from this machine: omit one of them';
  if (parallel > 1) return '--target leads to one Service, so measurements cannot run in parallel: omit --parallel';
  const other = wanted.find((lane) => !httpTraffic.includes(lane));
  if (other !== undefined) return `--target carries only HTTP and WebSocket: remove ${other} from --traffic`;
  return namespace === undefined && route === undefined
    ? '--target requires --route FILE, or --namespace NAME of a namespace that a route leads to'
    : undefined;
}

async function settingsOf(api: Api, options: LabOptions & { readonly image: string }): Promise<LabSettings> {
  const { quick, rate, parallel, target } = options;
  const leaving = options.kind.flatMap((kind) => leavingRows(rowsOf(matrixOf(kind, options)), leavesOf(options.leave)));
  const rows = onWays(leaving, waysOf(options));
  const isWhole = rows.some(({ fixes }) => fixes === 'all' || fixes === 'advised');
  return {
    pods: {
      namespace: options.namespace ?? `hitless-lab-${randomBytes(3).toString('hex')}`,
      image: options.image,
      gatewayImage: options.gatewayImage,
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

interface Work {
  readonly settings: LabSettings;
  readonly options: LabOptions;
  readonly terminal: Terminal;
}

async function measureAll(api: Api, { settings, options, terminal }: Work): Promise<LabResult> {
  // Asked first: at the end nothing may come between the results and their reader.
  const about = { kubernetes: await clusterVersion(api), command: commandOf(options) };
  const collected = collect(settings);
  const told = progress(settings, terminal);
  const { signal, end } = interruptible(() =>
    told.note('interrupted: the results so far count; interrupt again to leave the namespace behind'),
  );
  try {
    await runLab({
      api,
      settings,
      signal,
      measured: (row, round, measured) => told.done(row, round, collected.add(row, measured)),
      failed: (row, round, error) => {
        collected.fail(`${rowKey(row)}, rollout ${round + 1}: ${error.message}`);
        told.failed(row, round, error);
      },
      note: told.note,
    });
  } catch (error) {
    collected.fail((error as Error).message);
  } finally {
    told.end();
    end();
  }
  if (signal.aborted) collected.fail('interrupted: the rest was not measured');
  return collected.result(about);
}

function commandOf(options: LabOptions): string {
  const { webhook, dataPlane, dataPlaneImage } = options;
  return commandText('hitless lab', {
    ...(isBehindGateway(options) ? options : withoutGateways(options)),
    webhook: webhook ? undefined : false,
    dataPlaneImage: dataPlane && dataPlaneImage,
  });
}

/** True when every requested file was written. */
async function writeFiles(result: LabResult, { json, report }: LabOptions, terminal: Terminal): Promise<boolean> {
  const say = errorWriter('lab', terminal);
  const isKept = json === undefined || (await writeOut(json, `${JSON.stringify(result)}\n`, say));
  if (report === undefined) return isKept;
  const { htmlReport } = await import('../../measurement/report/html/html.ts');
  return (await writeOut(report, htmlReport(result), say)) && isKept;
}
