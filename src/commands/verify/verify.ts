// `hitless verify`: measures what a rollout of the user's own workload loses, or what is lost while a command runs, and why.

import type { Api } from '../../cluster/client/api.ts';
import { clusterVersion } from '../../cluster/client/discovery.ts';
import type { About, VerifyResult } from '../../measurement/verify/result.ts';
import { confirm } from '../../terminal/confirm.ts';
import { type Interruptible, interruptible } from '../../terminal/interrupt.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { version } from '../../version.ts';
import { clusterFiles } from '../cluster-files.ts';
import { commandText } from '../command-line.ts';
import { errorWriter, noticeWriter, writeOut } from '../output-file.ts';
import { outputMistake } from '../outputs.ts';
import { shownCommand } from '../split-command.ts';
import { withCluster } from '../with-cluster.ts';
import { during } from './during.ts';
import { type VerifyExitCode, verifyExitCode } from './exit-code.ts';
import { verifyJson, verifyText } from './output.ts';
import { understand, type VerifyOptions, type VerifyRequest, type VerifyWords } from './request.ts';
import { measureRollouts } from './rollouts.ts';
import { openSending, type Sending, sendingFromHere } from './sending.ts';
import { findSubject, type VerifySubject } from './subject.ts';

/** Of the verdict and of the command: see exit-code.ts. */
export async function verify(words: VerifyWords, options: VerifyOptions, terminal: Terminal): Promise<VerifyExitCode> {
  const asked = understand(words, options);
  const mistake = 'mistake' in asked ? asked.mistake : await reportMistake(options);
  if ('mistake' in asked || mistake !== undefined) {
    errorWriter('verify', terminal)(`${mistake}`);
    return 2;
  }
  const { request } = asked;
  if (request.named === undefined && options.url !== undefined) return finish({ request, options, terminal });
  return withCluster<VerifyExitCode>({ name: 'verify', options, terminal }, (api, ownNamespace) =>
    verifyOn({ api, namespace: options.namespace ?? ownNamespace, request, options, terminal }),
  );
}

function reportMistake({ report, ...flags }: VerifyOptions): Promise<string | undefined> {
  return outputMistake(report === undefined ? [] : [{ format: 'html', file: report }], clusterFiles(flags));
}

export interface VerifyTask {
  readonly api: Api;
  readonly namespace: string;
  readonly request: VerifyRequest;
  readonly options: VerifyOptions;
  readonly terminal: Terminal;
}

/** The same with a known cluster: for tests and for the function above. @throws ApiError; Error with a sentence */
export async function verifyOn(task: VerifyTask): Promise<VerifyExitCode> {
  const { api, namespace, request, options, terminal } = task;
  const { named, act } = request;
  if (named === undefined) return finish(task);
  const subject = await findSubject(api, { ...named, namespace }, { rolls: act === undefined });
  if ('refusal' in subject) {
    errorWriter('verify', terminal)(subject.refusal);
    return 2;
  }
  if (subject.instead !== undefined) noticeWriter('verify', terminal)(subject.instead);
  if (!(await isAgreed(subject.title, options, terminal))) return 2;
  return finish({ ...task, subject });
}

async function isAgreed(
  title: string,
  { restart, yes, rollouts }: VerifyOptions,
  terminal: Terminal,
): Promise<boolean> {
  if (!restart || yes) return true;
  const what = `the pods of ${title} will be replaced${rollouts === 1 ? '' : ` ${rollouts} times`}`;
  return confirm({ command: 'hitless verify', flag: '--restart', what }, terminal);
}

/** Without `api` when nothing of a cluster is needed. */
interface Work extends Pick<VerifyTask, 'request' | 'options' | 'terminal'> {
  readonly api?: Api;
  readonly namespace?: string;
  readonly subject?: VerifySubject;
}

async function finish(work: Work): Promise<VerifyExitCode> {
  const { options, terminal } = work;
  const result = await measured(work);
  terminal.out(await written(result, options, terminal));
  const isReported = options.report === undefined || (await report(options.report, result, terminal));
  return isReported ? verifyExitCode(result) : 2;
}

async function measured(work: Work): Promise<VerifyResult> {
  const { api, terminal } = work;
  const say = noticeWriter('verify', terminal);
  const kubernetes = api && (await clusterVersion(api));
  const interrupt = interruptible(() => say('interrupted: the results so far count'));
  let sending: Sending | undefined;
  try {
    sending = await sendingFor(work, interrupt, say);
    return await measureWith(work, { sending, interrupt, say, kubernetes });
  } finally {
    const left = await sending?.close();
    if (left !== undefined) errorWriter('verify', terminal)(left);
    interrupt.end();
  }
}

async function sendingFor(
  { api, namespace, request, options, subject }: Work,
  { signal }: Interruptible,
  say: (text: string) => void,
): Promise<Sending> {
  if (options.url !== undefined) return sendingFromHere(options.url, options);
  if (api === undefined || namespace === undefined) throw new TypeError('a pod is sent from without a cluster');
  return openSending({ api, namespace, request, options, subject, signal, say });
}

interface Means {
  readonly sending: Sending;
  readonly interrupt: Interruptible;
  readonly say: (text: string) => void;
  readonly kubernetes: string | undefined;
}

function measureWith(work: Work, { sending, interrupt, say, kubernetes }: Means): Promise<VerifyResult> {
  const { api, request, options, subject } = work;
  const about = aboutOf(work, sending, kubernetes);
  const { signal } = interrupt;
  const { act } = request;
  if (act !== undefined)
    return during({ ...(api && { api }), ...(subject && { subject }), act, sending, options, signal, say, about });
  if (api === undefined || subject === undefined) throw new TypeError('rollouts are measured without a workload');
  return measureRollouts({ api, subject, sending, options, signal, say, about });
}

/** The circumstances of the measurement; called at its end. */
function aboutOf({ request, options, subject }: Work, { url, from }: Sending, kubernetes: string | undefined) {
  const started = new Date();
  const { traffic: kinds, rate, maxLost } = options;
  const target = subject && { kind: subject.ref.kind.kind, namespace: subject.ref.namespace, name: subject.ref.name };
  return (failures: readonly string[]): Omit<About, 'during'> => ({
    ...(target && { target }),
    ...{ url, from, kinds, rate, maxLost, failures },
    versions: { hitless: version, ...(kubernetes !== undefined && { kubernetes }), node: process.version },
    command: commandOf(request, options),
    startedAt: started.toISOString(),
    durationSeconds: Math.round((Date.now() - started.getTime()) / 1000),
  });
}

function commandOf({ named, act }: VerifyRequest, options: VerifyOptions): string {
  const subject = named === undefined ? '' : ` ${named.kind.kind.toLowerCase()}/${named.name}`;
  const command = act?.kind === 'command' ? ` -- ${shownCommand(act.words)}` : '';
  return `${commandText(`hitless verify${subject}`, options)}${command}`;
}

async function written(result: VerifyResult, { output }: VerifyOptions, terminal: Terminal): Promise<string> {
  if (output === 'json') return verifyJson(result);
  if (output === 'text') return verifyText(result, terminal);
  if (output === 'markdown')
    return (await import('../../measurement/report/verify-markdown.ts')).verifyMarkdown(result);
  const { junitReport } = await import('../../measurement/report/junit.ts');
  return junitReport(result);
}

async function report(file: string, result: VerifyResult, terminal: Terminal): Promise<boolean> {
  const { htmlReport } = await import('../../measurement/report/html/html.ts');
  return writeOut(file, htmlReport(result), { name: 'verify', terminal });
}
