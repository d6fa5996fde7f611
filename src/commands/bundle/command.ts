// The flags and the help of `hitless bundle`.

import { type Command, Option } from 'commander';
import type { Terminal } from '../../terminal/terminal.ts';
import { addClusterOptions, type OnExit, whole } from '../options.ts';
import type { BundleOptions } from './bundle.ts';

const usualLogLines = 1000;

export function addBundle(program: Command, terminal: Terminal, report: OnExit): void {
  const command = program
    .command('bundle')
    .description('collect what a bug report about an installation needs into one archive')
    .option('-n, --namespace <name>', 'the namespace of the release, if the webhook configuration cannot say it')
    .option(
      '-o, --output <file>',
      'the archive, which must not exist yet; - for standard output (default: hitless-bundle-DATE.tar.gz)',
    )
    .addOption(
      new Option('--log-lines <n>', 'the last log lines of each container')
        .argParser(whole(1, 20_000))
        .default(usualLogLines),
    )
    .option('--dry-run', 'only list what would be collected, and the permission for each part')
    .addHelpText('after', bundleHelp)
    .action(async (options: BundleOptions) => {
      const { bundle } = await import('./bundle.ts');
      report(await bundle(options, terminal));
    });
  addClusterOptions(command);
}

const bundleHelp = `
Nothing is changed, and nothing is sent anywhere: the archive is a file of yours, which only you can read. It holds versions, the settings of the
webhook, the policies, the webhook configuration, opted-in namespaces, and the status, events, metrics and last log lines of hitless's own pods.

No Secret is read. Of your applications there are only names of namespaces and workloads: what log lines, metrics, policies and settings
hold beyond that is replaced by [redacted]. README.md in the archive lists what is in it, and what is not. Please look through it before you
give it to anybody.

Read with your own permissions: --dry-run lists them. A part that may not be read, does not exist or does not answer in time (10 s, or
--request-timeout) is named in README.md with the reason, and stops nothing.

Exit codes: 0 written, also where parts are missing, 2 not written: wrong usage, a file that exists or cannot be written, or no cluster.

Examples:
  hitless bundle                                 into hitless-bundle-DATE.tar.gz
  hitless bundle -n hitless-system -o bug.tar.gz
  hitless bundle --output - | tar -tzf -         what is in it?
  hitless bundle --dry-run                       what would be collected?`;
