// Flags that several commands share, and parsers of their values that say what is allowed.

import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import { mostInFull } from '../lint/reporters/detail.ts';
import { outputNames } from '../lint/reporters/names.ts';
import { type OutputTarget, parseOutput } from '../lint/reporters/outputs.ts';
import { severities } from '../lint/result.ts';
import { type GatewayName, gatewayNames } from '../measurement/lab/gateways/names.ts';
import { type LabKindName, labKindNames } from '../measurement/lab/lab-kinds.ts';
import { type LeaveName, leaveNames } from '../measurement/lab/ways-to-leave/names.ts';
import { type Traffic, trafficKinds } from '../measurement/traffic.ts';
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
  const collect = (path: string, before: readonly string[]) => [...before, path];
  return new Option('--policy <file>', help).argParser(collect).default([], 'none');
}

export function namespaceOfFiles(): Option {
  return new Option('-n, --namespace <name>', 'namespace for documents that do not set one').default('default');
}

export function addInputOptions(command: Command): void {
  command
    .addOption(policyFiles())
    .addOption(namespaceOfFiles())
    .addOption(
      new Option(
        '--config <file>',
        'the configuration, instead of .hitless.yaml in this folder or above it in the repository',
      ),
    )
    .addOption(new Option('--no-config', 'use no configuration'))
    .addOption(new Option('--require-input', 'exit code 2 when there is no workload in the input'));
}

export function addClusterOptions(command: Command): void {
  command
    .option('--context <name>', 'a context of the kubeconfig, instead of the current one')
    .option('--kubeconfig <file>', 'the kubeconfig, instead of KUBECONFIG or ~/.kube/config');
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
  const collect = (text: string, before: readonly OutputTarget[]) => {
    const parsed = parseOutput(text);
    if ('mistake' in parsed) throw new InvalidArgumentError(parsed.mistake);
    return [...before, parsed.output];
  };
  return new Option('-o, --output <format[=file]>', help).argParser(collect).default([], 'text');
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

export function trafficList(text: string): readonly Traffic[] {
  return listOf(trafficKinds, text);
}

/** Each once. */
export function labKindList(text: string): readonly LabKindName[] {
  return [...new Set(listOf(labKindNames, text))];
}

/** Each once; a rollout is a way to leave as well. */
export function leaveList(text: string): readonly (LeaveName | 'rollout')[] {
  return [...new Set(listOf(['rollout', ...leaveNames] as const, text))];
}

/** Each once. */
export function waysList(text: string): readonly (GatewayName | 'direct')[] {
  return [...new Set(listOf(ways, text))];
}

export function proxyCounts(text: string): readonly (1 | 2)[] {
  return [...new Set(listOf(['1', '2'] as const, text))].map((one) => (one === '1' ? 1 : 2));
}

function listOf<Word extends string>(known: readonly Word[], text: string): readonly Word[] {
  return text.split(',').map((word) => {
    const found = known.find((one) => one === word.trim());
    if (found === undefined) throw new InvalidArgumentError(`Must be any of ${known.join(', ')}, separated by commas.`);
    return found;
  });
}

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
