// Flags that several commands share, and parsers of their values that say what is allowed.

import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import { mostInFull } from '../lint/reporters/detail.ts';
import { outputNames } from '../lint/reporters/names.ts';
import { type OutputTarget, parseOutput } from '../lint/reporters/outputs.ts';
import { severities } from '../lint/result.ts';
import { gatewayNames } from '../measurement/lab/gateways/names.ts';
import { labKindNames } from '../measurement/lab/lab-kinds.ts';
import { leaveNames } from '../measurement/lab/ways-to-leave/names.ts';
import { trafficKinds } from '../measurement/traffic.ts';
import { version } from '../version.ts';

export const imageHelp = `the hitless image, by the name that your nodes know (default: the installed webhook's, or hitless:${version})`;

export const ways = ['direct', ...gatewayNames] as const;

/** Receives the exit code when a command is done. */
export type OnExit = (code: number) => void;

export function files(): Argument {
  return new Argument(
    '<file...>',
    'files, folders (every .yaml, .yml and .json file below them), or - for standard input',
  );
}

/** `verb`: what is done with these files. */
export function only(verb: string): Option {
  return new Option('--only <file...>', `${verb} only these files and folders; all others are surroundings`);
}

/** The names of the options on the command line; all others have their default. */
export function givenOptions(command: Command): ReadonlySet<string> {
  const names = command.options.map((option) => option.attributeName());
  return new Set(names.filter((name) => command.getOptionValueSource(name) === 'cli'));
}

export function policyFiles(help = 'a file or folder of policies; repeatable'): Option {
  return new Option('--policy <file>', help).argParser(collect).default([], 'none');
}

export function namespaceOfFiles(): Option {
  return new Option('-n, --namespace <name>', 'namespace for documents that do not set one').default('default');
}

export function addInputOptions(command: Command): void {
  command.addOption(policyFiles()).addOption(namespaceOfFiles());
  addConfigurationOptions(command);
  command.addOption(new Option('--require-input', 'exit code 2 when there is no workload in the input'));
}

/** The flags of ConfigurationFlags. */
export function addConfigurationOptions(command: Command): void {
  command
    .addOption(
      new Option(
        '--config <file>',
        'the configuration, instead of .hitless.yaml in this folder or above it in the repository',
      ),
    )
    .addOption(new Option('--no-config', 'use no configuration'));
}

/** Named as in kubectl. */
export function addClusterOptions(command: Command): void {
  command
    .optionsGroup('Cluster Options:')
    .option('--context <name>', 'a context of the kubeconfig, instead of the current one')
    .option('--kubeconfig <file>', 'the kubeconfig, instead of KUBECONFIG or ~/.kube/config')
    .option('--cluster <name>', 'a cluster of the kubeconfig, instead of the one of the context')
    .option('--user <name>', 'a user of the kubeconfig, instead of the one of the context')
    .option('-s, --server <url>', 'the API server, instead of the one of the cluster')
    .option('--token <token>', 'bearer token, instead of what the user has')
    .option('--certificate-authority <file>', 'CA certificates in PEM that the API server is verified with')
    .option('--insecure-skip-tls-verify', 'accept any certificate of the API server')
    .option('--as <name>', 'act as this user, or as system:serviceaccount:NAMESPACE:NAME')
    .addOption(
      new Option('--as-group <name>', 'with --as: act as a member of this group; repeatable').argParser(collect),
    )
    .option('--request-timeout <time>', 'longest time of a request, such as 30s or 2m', duration);
}

const collect = (value: string, before: readonly string[] = []) => [...before, value];

/** In milliseconds; as in kubectl a number alone is seconds, and 0 is no limit. */
function duration(text: string): number {
  const [, amount, unit = 's'] = /^(\d{1,6})(ms|s|m|h)?$/.exec(text) ?? [];
  const factors: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
  if (amount === undefined) throw new InvalidArgumentError('Must be a time such as 30s, 2m or 1h.');
  return Number(amount) * (factors[unit] ?? 1000);
}

/** The flags of DetailFlags. */
export function addDetailOptions(command: Command): void {
  command
    .addOption(new Option('--summary', 'text: only a table, by rule and by what to do').conflicts('verbose'))
    .addOption(
      new Option(
        '--verbose',
        `text: every finding by itself, which is the default for up to ${mostInFull} workloads; above that they are grouped by rule`,
      ),
    )
    .addOption(new Option('--show-ignored', 'also show the ignored findings, each with who ignores it and why'));
}

/** Repeatable; an empty list, which means text, where it is not given. */
export function outputs(): Option {
  const help = `output format: ${outputNames.join(', ')}; with =FILE into that file; repeatable`;
  const add = (text: string, before: readonly OutputTarget[]) => {
    const parsed = parseOutput(text);
    if ('mistake' in parsed) throw new InvalidArgumentError(parsed.mistake);
    return [...before, parsed.output];
  };
  const parser = Object.assign(add, { words: outputNames, isWithFile: true });
  return new Option('-o, --output <format[=file]>', help).argParser(parser).default([], 'text');
}

export function failOn(): Option {
  return new Option('--fail-on <severity>', 'the lowest severity that makes the exit code 1')
    .choices([...severities, 'never'])
    .default('warning');
}

export function whole(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Must be a whole number from ${least} to ${most}.`);
  };
}

/** Of several of these words, separated by commas; each counts once. It carries the words, for completion. */
export function listParser<Word extends string>(words: readonly Word[]) {
  const parse = (text: string): readonly Word[] => [...new Set(text.split(',').map((word) => oneOf(words, word)))];
  return Object.assign(parse, { words, isList: true });
}

function oneOf<Word extends string>(words: readonly Word[], text: string): Word {
  const found = words.find((one) => one === text.trim());
  if (found === undefined) throw new InvalidArgumentError(`Must be any of ${words.join(', ')}, separated by commas.`);
  return found;
}

export const trafficList = listParser(trafficKinds);
export const labKindList = listParser(labKindNames);
/** A rollout is a way to leave as well. */
export const leaveList = listParser(['rollout', ...leaveNames] as const);
export const waysList = listParser(ways);

const proxyWords = listParser(['1', '2'] as const);

export const proxyCounts = Object.assign(
  (text: string): readonly (1 | 2)[] => proxyWords(text).map((one) => (one === '1' ? 1 : 2)),
  { words: proxyWords.words, isList: true },
);

/** Without duplicates: a row that is asked for twice is one row. */
export function words(text: string): readonly string[] {
  return [...new Set(text.split(',').map((word) => word.trim()))];
}

export function replicaCounts(text: string): readonly number[] {
  return [...new Set(text.split(',').map(whole(1, 20)))];
}

export function retryCounts(text: string): readonly number[] {
  return [...new Set(text.split(',').map(whole(0, 10)))];
}
