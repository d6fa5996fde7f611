// `hitless explain`: the effective policy of a Deployment, each field with its source, and what each rule does with it.

import { type InputOptions, readInputs, reportProblems } from '../../lint/inputs.ts';
import { type Examined, examineAll } from '../../lint/lint.ts';
import type { ExitCode, Terminal } from '../../terminal/terminal.ts';
import { visible, visibleJson } from '../../text/hidden.ts';
import { type ConfigurationFlags, configured } from '../configured.ts';
import { errorWriter, noticeWriter } from '../output-file.ts';
import { type ClusterFlags, clusterFlagGiven, withCluster } from '../with-cluster.ts';
import { type Explained, explainedFile, explainedJson } from './explained.ts';
import { explainLive } from './live.ts';
import { explainTarget, type NamedWorkload } from './target.ts';
import { explainedText } from './text.ts';

export interface ExplainOptions extends InputOptions, ClusterFlags, ConfigurationFlags {
  readonly output: 'text' | 'json';
  /** `web` or `shop/web`: only Deployments with that name. */
  readonly name?: string;
  /** Also built-in defaults, and every policy that does not match. */
  readonly all?: true;
  /** The options on the command line. */
  readonly given: ReadonlySet<string>;
}

/** 0, or 2 when something could not be read or nothing has the given name. */
export async function explain(
  words: readonly string[],
  options: ExplainOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const target = explainTarget(words, { meansCluster: clusterFlagGiven(options) });
  if (target.kind === 'files') {
    if (target.notice !== undefined) noticeWriter('explain', terminal)(target.notice);
    return explainFiles(words, options, terminal);
  }
  const mistake = target.kind === 'mistake' ? target.sentence : onlyForFiles(options);
  if (mistake !== undefined) errorWriter('explain', terminal)(mistake);
  if (target.kind === 'mistake' || mistake !== undefined) return 2;
  return explainWorkloads(target.workloads, options, terminal);
}

function onlyForFiles({ policy, name, requireInput, config }: ExplainOptions): string | undefined {
  const flags = [
    ...[policy.length > 0 && '--policy', name !== undefined && '--name', requireInput && '--require-input'],
    config !== undefined && (config === false ? '--no-config' : '--config'),
  ];
  const [given] = flags.filter((flag) => typeof flag === 'string');
  return given === undefined ? undefined : `${given} is for files and cannot be used with a workload of a cluster`;
}

async function explainWorkloads(
  workloads: readonly NamedWorkload[],
  options: ExplainOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  return withCluster({ name: 'explain', options, terminal }, async (api, ownNamespace) => {
    // What documents fall back to is not what kubectl would take.
    const namespace = options.given.has('namespace') ? options.namespace : ownNamespace;
    const { explained, problems, notices } = await explainLive(api, workloads, namespace);
    print(
      explained,
      problems.map((message) => ({ message })),
      { options, terminal },
    );
    notices.forEach(noticeWriter('explain', terminal));
    problems.forEach(errorWriter('explain', terminal));
    return problems.length > 0 ? 2 : 0;
  });
}

async function explainFiles(paths: readonly string[], flags: ExplainOptions, terminal: Terminal): Promise<ExitCode> {
  const options = configured(flags, { given: flags.given, takes: ['policy', 'namespace'], terminal });
  if (options === undefined) return 2;
  const inputs = await readInputs(paths, options, terminal);
  const all = examineAll(inputs, options.namespace);
  const { name } = options;
  const wanted = all.filter(
    ({ object }) => name === undefined || [object.name, `${object.namespace}/${object.name}`].includes(name),
  );
  const explained = wanted.map((one) => explainedFile(one, inputs.stateAt(one.document)));
  print(explained, inputs.problems, { options, terminal });
  const code = reportProblems(inputs, options, terminal);
  if (wanted.length > 0 || all.length === 0) return code;
  terminal.err(`hitless explain: no workload is named ${visible(name ?? '')}; found ${visible(namesOf(all))}\n`);
  return 2;
}

interface Printing {
  readonly options: ExplainOptions;
  readonly terminal: Terminal;
}

function print(explained: readonly Explained[], problems: readonly object[], { options, terminal }: Printing): void {
  const { output, all = false } = options;
  if (output === 'json')
    terminal.out(`${visibleJson({ version: 1, deployments: explained.map(explainedJson), problems })}\n`);
  else terminal.out(explained.map((one) => explainedText(one, terminal, all)).join('\n'));
}

function namesOf(all: readonly Examined[]): string {
  const names = all.slice(0, 10).map(({ object }) => `${object.namespace}/${object.name}`);
  return `${names.join(', ')}${all.length > 10 ? ', ...' : ''}`;
}
