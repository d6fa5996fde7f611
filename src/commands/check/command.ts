// The flags and the help of `hitless check`.

import { type Command, Option } from 'commander';
import type { Terminal } from '../../terminal/terminal.ts';
import type { ConfigurationFlags } from '../configured.ts';
import {
  addDetailOptions,
  addInputOptions,
  failOn,
  files,
  givenOptions,
  type OnExit,
  only,
  outputs,
} from '../options.ts';
import type { CheckOptions } from './check.ts';

export function addCheck(program: Command, terminal: Terminal, report: OnExit): void {
  const command = program
    .command('check')
    .description('find what in the manifests would lose requests during a rollout')
    .addArgument(files())
    .addOption(outputs())
    .addOption(
      new Option('--render', 'check what the kustomizations among the files render to (needs kustomize or kubectl)'),
    )
    .addOption(
      new Option(
        '--since <revision>',
        'judge only files that differ from this git revision, or within a range A..B or A...B; all others are surroundings',
      ).conflicts('render'),
    )
    .addOption(only('judge').conflicts(['render', 'since']))
    .addOption(
      new Option('--baseline <file>', 'count only findings that are not in this file, which hitless baseline writes'),
    )
    .addOption(new Option('--no-baseline', 'count every finding, whatever the configuration says'))
    .addOption(failOn())
    .addHelpText('after', checkHelp)
    .action(async (paths: string[], flags: CheckOptions & ConfigurationFlags) => {
      const { configured } = await import('../configured.ts');
      const takes = ['policy', 'namespace', 'failOn', 'output', 'baseline'] as const;
      const options = configured(flags, { given: givenOptions(command), takes, terminal });
      if (options === undefined) return report(2);
      const { check } = await import('./check.ts');
      report(await check(paths, options, terminal));
    });
  addDetailOptions(command);
  addInputOptions(command);
}

const checkHelp = `
Services, Namespaces and policies among the files are taken into account. Severities: error, the manifest contradicts itself or loses
requests whatever hitless does; warning, hitless fix can write an edit for it; note, advice.

Exit codes: 0 no finding at or above --fail-on, 1 there is one, 2 something could not be read, or wrong usage.

Examples:
  hitless check deploy/ --policy policy.yaml
  hitless check --render overlays/prod
  hitless check . --since origin/main...HEAD
  hitless check . --only deploy/web.yaml
  hitless check deploy/ --baseline .hitless-baseline.json
  hitless check deploy/ --output text --output sarif=hitless.sarif`;
