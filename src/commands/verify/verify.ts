// `hitless verify`: measures what a rollout of the user's own workload loses, and why.

import type { Api } from '../../cluster/client/api.ts';
import { clusterVersion } from '../../cluster/client/discovery.ts';
import { startLoad } from '../../measurement/load/load.ts';
import type { LoadSettings } from '../../measurement/traffic.ts';
import { type Counted, countMeasured, resultOf, slimmed, type VerifyResult } from '../../measurement/verify/result.ts';
import { verifyRollouts } from '../../measurement/verify/session.ts';
import { VerifyError, type VerifyProgress } from '../../measurement/verify/setup.ts';
import { confirm } from '../../terminal/confirm.ts';
import { interruptible } from '../../terminal/interrupt.ts';
import type { ExitCode, Terminal } from '../../terminal/terminal.ts';
import { version } from '../../version.ts';
import type { WorkloadKind } from '../../workload/kinds/kind.ts';
import type { NamespacedName } from '../../workload/kubernetes.ts';
import { commandText } from '../command-line.ts';
import { errorWriter, firstUnwritable, writeOut } from '../output-file.ts';
import { withCluster } from '../with-cluster.ts';
import { progressLine, rolloutLine, verifyJson, verifyText } from './output.ts';
import { understand, type VerifyOptions } from './request.ts';
import { findSubject, type VerifySubject } from './subject.ts';

/** 0: at most maxLost requests were lost. 1: more. 2: usage, no cluster, or a rollout that was not measured to its end. */
export async function verify(subject: string, options: VerifyOptions, terminal: Terminal): Promise<ExitCode> {
  const asked = understand(subject, options);
  const mistake = 'mistake' in asked ? asked.mistake : await firstUnwritable(options.report);
  if ('mistake' in asked || mistake !== undefined) {
    errorWriter('verify', terminal)(`${mistake}`);
    return 2;
  }
  const { kind, name, load } = asked;
  return withCluster({ name: 'verify', options, terminal }, (api, ownNamespace) => {
    const address = { namespace: options.namespace ?? ownNamespace, name };
    return verifyOn({ api, kind, address, load, options, terminal });
  });
}

export interface VerifyTask {
  readonly api: Api;
  readonly kind: WorkloadKind;
  readonly address: NamespacedName;
  readonly load: LoadSettings;
  readonly options: VerifyOptions;
  readonly terminal: Terminal;
}

/** The same with a known cluster: for tests and for the function above. */
export async function verifyOn(task: VerifyTask): Promise<ExitCode> {
  const { api, kind, address, options, terminal } = task;
  const say = errorWriter('verify', terminal);
  const subject = await findSubject(api, { kind, ...address });
  if ('refusal' in subject) {
    say(subject.refusal);
    return 2;
  }
  if (subject.instead !== undefined) say(subject.instead);
  if (!(await isAgreed(subject.title, options, terminal))) return 2;
  const result = await measure(task, subject, say);
  terminal.out(await written(result, options, terminal));
  const isReported = options.report === undefined || (await report(options.report, result, say));
  return isReported ? exitCodes[result.verdict] : 2;
}

const exitCodes: Readonly<Record<VerifyResult['verdict'], ExitCode>> = { passed: 0, lost: 1, unknown: 2 };

async function isAgreed(
  title: string,
  { restart, yes, rollouts }: VerifyOptions,
  terminal: Terminal,
): Promise<boolean> {
  if (!restart || yes) return true;
  const what = `the pods of ${title} will be replaced${rollouts === 1 ? '' : ` ${rollouts} times`}`;
  return confirm({ command: 'hitless verify', flag: '--restart', what }, terminal);
}

async function measure(task: VerifyTask, subject: VerifySubject, say: (text: string) => void): Promise<VerifyResult> {
  const { api, load, options } = task;
  const { ref, source, title, workload } = subject;
  const { url, traffic: kinds, rate, maxLost, rollouts, restart = false, wait } = options;
  const started = new Date();
  const kubernetes = await clusterVersion(api);
  let counted: readonly Counted[] = [];
  const failures: string[] = [];
  const words = { title, url, rate, kinds: kinds.length, rollouts, wait };
  const tell = (progress: VerifyProgress) => {
    if (progress.kind !== 'measured') return say(progressLine(progress, words));
    const one = countMeasured(progress.measured);
    counted = slimmed([...counted, one]);
    say(rolloutLine(progress.rollout, rollouts, one.rollout));
  };
  const { signal, end } = interruptible(() => say('interrupted: the results so far count'));
  try {
    await verifyRollouts({
      api,
      ref,
      source,
      load,
      startLoad,
      rollouts,
      restart,
      waitMs: wait * 1000,
      signal,
      onEvent: tell,
    });
  } catch (error) {
    // Earlier measurements must not get lost with the cluster.
    if (!(error instanceof VerifyError) && counted.length === 0) throw error;
    failures.push(`${title}: ${(error as Error).message}`);
  } finally {
    end();
  }
  if (signal.aborted) failures.push(`interrupted, with ${counted.length} of ${rollouts} rollouts measured`);
  const target = { kind: ref.kind.kind, namespace: ref.namespace, name: ref.name };
  const about = { target, url, kinds, rate, maxLost, failures, ...context(task, kubernetes, started) };
  return resultOf(about, counted, { kind: ref.kind, workload });
}

/** The circumstances of the measurement. */
function context({ kind, address, options }: VerifyTask, kubernetes: string, started: Date) {
  return {
    versions: { hitless: version, kubernetes, node: process.version },
    command: commandText(`hitless verify ${kind.kind.toLowerCase()}/${address.name}`, options),
    startedAt: started.toISOString(),
    durationSeconds: Math.round((Date.now() - started.getTime()) / 1000),
  };
}

async function written(result: VerifyResult, { output }: VerifyOptions, terminal: Terminal): Promise<string> {
  if (output === 'json') return verifyJson(result);
  if (output === 'text') return verifyText(result, terminal);
  const { junitReport } = await import('../../measurement/report/junit.ts');
  return junitReport(result);
}

async function report(file: string, result: VerifyResult, say: (text: string) => void): Promise<boolean> {
  const { htmlReport } = await import('../../measurement/report/html/html.ts');
  return writeOut(file, htmlReport(result), say);
}
