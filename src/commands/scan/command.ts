// The flags and the help of `hitless scan`.

import { type Command, InvalidArgumentError, Option } from 'commander';
import { type OwnerName, ownerKinds } from '../../cluster/reports/owner-kinds.ts';
import { resultStatuses } from '../../cluster/reports/statuses.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import type { NamespacedName } from '../../workload/kubernetes.ts';
import type { ConfigurationFlags } from '../configured.ts';
import { addClusterOptions, listParser, type OnExit, whole } from '../options.ts';
import type { ScanOptions } from './scan.ts';

export function addScan(program: Command, terminal: Terminal, report: OnExit): void {
  const command = program
    .command('scan')
    .description(
      'write what the rules find in the cluster as reports, one in each namespace, and find what the webhook missed',
    )
    .addOption(
      new Option('--max-results <n>', 'the most results in one report, the worst first')
        .argParser(whole(1, 10_000))
        .default(1_000),
    )
    .addOption(
      new Option('--results <list>', `which results are written, separated by commas: ${resultStatuses.join(', ')}`)
        .argParser(listParser(resultStatuses))
        .default(resultStatuses, 'all'),
    )
    .addOption(new Option('--report-name <name>', 'the name of each report').default('hitless'))
    .addOption(
      new Option('--owner <kind/name>', `the ${ownerKinds.join(' or ')} with which the reports go`).argParser(
        ownerName,
      ),
    )
    .addOption(
      new Option(
        '--record <namespace/name>',
        'a ConfigMap that exists: what the webhook missed, for its metrics and for the next scan',
      ).argParser(recordName),
    )
    .addOption(
      new Option('--mode <mode>', 'the mode to which the installation is capped')
        .choices(['enforce', 'audit'])
        .default('enforce'),
    )
    .option('--no-reports', 'write no reports, only look for what the webhook missed')
    .option('--config <file>', 'the configuration: what its ignores accept is ignored')
    .option('--dry-run', 'the API server validates every report and stores none')
    .addOption(new Option('-o, --output <format>', 'output format').choices(['text', 'json']).default('text'))
    .addHelpText('after', scanHelp)
    .action(async (flags: ScanOptions & ConfigurationFlags) => {
      const { configured } = await import('../configured.ts');
      // A pod has no working folder to find one in.
      const named = { ...flags, config: flags.config ?? (false as const) };
      const options = configured(named, { given: new Set(), takes: [], terminal });
      if (options === undefined) return report(2);
      const { scan } = await import('./scan.ts');
      report(await scan(options, terminal));
    });
  addClusterOptions(command);
}

function ownerName(text: string): OwnerName {
  const [, word = '', name = ''] = /^([^/]+)\/([^/]+)$/.exec(text) ?? [];
  const kind = ownerKinds.find((one) => one.toLowerCase() === word.toLowerCase());
  if (kind !== undefined) return { kind, name };
  throw new InvalidArgumentError('Must be clusterrole/NAME or mutatingwebhookconfiguration/NAME.');
}

function recordName(text: string): NamespacedName {
  const [, namespace, name] = /^([^/]+)\/([^/]+)$/.exec(text) ?? [];
  if (namespace !== undefined && name !== undefined) return { namespace, name };
  throw new InvalidArgumentError('Must be NAMESPACE/NAME, such as hitless-system/hitless-scan.');
}

const scanHelp = `
Of each namespace with the label hitless.dev/mode, what hitless audit finds there becomes a Report (openreports.io/v1alpha1) or, where only
that is installed, a PolicyReport (wgpolicyk8s.io/v1alpha2). Reports without news are not written again; those of namespaces that are gone,
empty or no longer opted in are removed. The chart runs this command on a schedule: value scan.enabled.

Required permissions: what hitless audit needs; to list, create, patch and delete the reports; to get the owner; to get and patch the
ConfigMap. With permission to list ReplicaSets and ControllerRevisions it also finds what the webhook missed of later pod templates.

Exit codes: 0 done, whatever was found; 2 something could not be read or written, wrong usage or no cluster.

Examples:
  hitless scan --dry-run
  hitless scan --results fail,warn --max-results 500
  hitless scan --no-reports              only what the webhook missed`;
