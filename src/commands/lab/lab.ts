// `hitless lab`: measures what a rollout loses on this cluster, with and without each fix.

import type { Api } from '../../cluster/client/api.ts';
import { clusterVersion } from '../../cluster/client/discovery.ts';
import { collect } from '../../measurement/lab/collect.ts';
import type { LabResult } from '../../measurement/lab/result.ts';
import { fixNamesOf, promisesNoLoss, rowKey } from '../../measurement/lab/rows.ts';
import { runLab } from '../../measurement/lab/run.ts';
import { httpTraffic, type LabSettings } from '../../measurement/lab/settings.ts';
import { allowedNames, isNamespaceName } from '../../policy/validation/names.ts';
import { interruptible } from '../../terminal/interrupt.ts';
import type { ExitCode, Terminal } from '../../terminal/terminal.ts';
import { clusterFiles } from '../cluster-files.ts';
import { errorWriter, noticeWriter, writeOut } from '../output-file.ts';
import { outputMistake } from '../outputs.ts';
import { podImage } from '../pod-image.ts';
import { withCluster } from '../with-cluster.ts';
import { commandOf } from './command-of.ts';
import { misrouted } from './gateways.ts';
import type { LabOptions } from './lab-options.ts';
import { settingsOf } from './lab-settings.ts';
import { leaveMisuse } from './leave.ts';
import { labText } from './output.ts';
import { progress } from './progress.ts';
import { fromTheBegin, resumed } from './resume.ts';

/** 0: measured. 1: the row all lost requests of an application that drains. 2: usage, no cluster, or not everything was measured. */
export async function lab(options: LabOptions, terminal: Terminal): Promise<ExitCode> {
  const mistake = misuse(options) ?? (await filesMistake(options));
  if (mistake !== undefined) {
    errorWriter('lab', terminal)(mistake);
    return 2;
  }
  return withCluster({ name: 'lab', options, terminal }, async (api) => {
    const image = await podImage(api, options.image, noticeWriter('lab', terminal));
    const settings = await settingsOf(api, { ...options, image });
    const result = await measureAll(api, { settings, options, terminal });
    terminal.out(labText(result, terminal));
    return (await writeFiles(result, options, terminal)) ? exitCodeOf(result, settings) : 2;
  });
}

export function exitCodeOf({ rows }: LabResult, { rollouts: wanted }: Pick<LabSettings, 'rollouts'>): ExitCode {
  if (rows.some((row) => promisesNoLoss(row) && row.lost > 0)) return 1;
  return rows.every(({ rollouts }) => rollouts.length >= wanted) ? 0 : 2;
}

/** Hours of work are in them: none may replace another one, or what is read. */
function filesMistake({ json, report, resume, route, ...flags }: LabOptions): Promise<string | undefined> {
  const files = [json, report, resume].filter((file) => file !== undefined);
  const outputs = files.map((file) => ({ format: 'json' as const, file }));
  return outputMistake(outputs, [...(route === undefined ? [] : [route]), ...clusterFiles(flags)]);
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

interface Work {
  readonly settings: LabSettings;
  readonly options: LabOptions;
  readonly terminal: Terminal;
}

async function measureAll(api: Api, { settings, options, terminal }: Work): Promise<LabResult> {
  // Asked first: at the end nothing may come between the results and their reader.
  const about = { kubernetes: await clusterVersion(api), command: commandOf(options) };
  const collected = collect(settings);
  const { resume } = options;
  const { kubernetes } = about;
  const { done, keep, span } =
    resume === undefined ? fromTheBegin() : resumed(resume, { options, settings, kubernetes, collected });
  const told = progress(settings, terminal, done);
  const { signal, end } = interruptible(() =>
    told.note('interrupted: the results so far count; interrupt again to leave the namespace behind'),
  );
  try {
    await runLab({
      api,
      settings,
      signal,
      done,
      measured: (row, round, measured) => {
        const counted = collected.add(row, measured);
        keep(row, counted);
        told.done(row, round, counted.rollout);
      },
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
  return collected.result({ ...about, ...span() });
}

/** True when every requested file was written. */
async function writeFiles(result: LabResult, { json, report }: LabOptions, terminal: Terminal): Promise<boolean> {
  const writer = { name: 'lab', terminal };
  const isKept = json === undefined || (await writeOut(json, `${JSON.stringify(result)}\n`, writer));
  if (report === undefined) return isKept;
  const { htmlReport } = await import('../../measurement/report/html/html.ts');
  return (await writeOut(report, htmlReport(result), writer)) && isKept;
}
