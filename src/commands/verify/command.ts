// The flags of `hitless verify`.

import { type Command, Option } from 'commander';
import { trafficKinds } from '../../measurement/traffic.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { addClusterOptions, imageHelp, type OnExit, trafficList, whole } from '../options.ts';
import { verifyHelp } from './help.ts';
import type { VerifyOptions } from './request.ts';

export interface VerifyParts {
  readonly terminal: Terminal;
  readonly report: OnExit;
  /** The command to measure, which stood after `--`. */
  readonly words: readonly string[] | undefined;
}

export function addVerify(program: Command, { terminal, report, words }: VerifyParts): void {
  const command = program
    .command('verify')
    .usage('[options] [workload] [-- COMMAND...]')
    .description(
      'measure what a rollout of your own workload loses, or what is lost while a command runs, and explain why',
    )
    .argument('[workload...]', 'a Deployment, StatefulSet, DaemonSet or Argo Rollout, such as deployment/web')
    .option('--url <url>', "the address that clients use; without it a pod sends to the workload's Service")
    .option('-n, --namespace <name>', "namespace of the workload (default: the kubeconfig's)");
  addMeasuringOptions(command);
  addLoadOptions(command);
  addPodOptions(command);
  addOutputOptions(command);
  command.addHelpText('after', verifyHelp).action(async (workloads: readonly string[], options: VerifyOptions) => {
    const { verify } = await import('./verify.ts');
    report(await verify({ workloads, ...(words && { command: words }) }, options, terminal));
  });
  addClusterOptions(command);
}

function addMeasuringOptions(command: Command): void {
  command
    .option('--restart', 'start the rollout, as kubectl rollout restart does; otherwise wait for the next one')
    .option('-y, --yes', 'with --restart: do not ask')
    .option('--rollouts <n>', 'number of rollouts to measure', whole(1, 1000), 1)
    .option('--for <seconds>', 'measure for so long, with neither a rollout nor a command', whole(1, 86_400))
    .option('--settle <seconds>', 'measure for so long after the rollout or the command is over', whole(0, 86_400), 3)
    .option(
      '--max-lost <n>',
      'lost requests allowed in each rollout, or while the command runs',
      whole(0, 1_000_000),
      0,
    )
    .option(
      '--wait <seconds>',
      'how long to wait for a rollout to begin, or for a paused one to go on',
      whole(1, 86_400),
      600,
    );
}

function addLoadOptions(command: Command): void {
  command
    .option('--rate <n>', 'requests per second of each kind', whole(1, 2000), 100)
    .option('--traffic <kinds>', `kinds of traffic: ${trafficKinds.join(', ')}`, trafficList, [
      'get-new',
      'get-kept',
    ] as const)
    .option('--retries <n>', 'how many times a client retries where that is safe', whole(0, 10), 0)
    .option('--timeout <seconds>', 'a request without an answer by then counts as lost', whole(1, 60), 5)
    .option('--insecure', 'skip TLS certificate verification');
}

function addPodOptions(command: Command): void {
  command
    .addOption(
      new Option(
        '--service <name>',
        'without --url: the Service to send to, such as web, web:80 or web:80/healthz',
      ).conflicts('url'),
    )
    .option('--image <image>', imageHelp)
    .addOption(
      new Option('--image-pull-policy <policy>', '(default: IfNotPresent)').choices([
        'Always',
        'IfNotPresent',
        'Never',
      ]),
    )
    .option('--load-node <node>', 'the node of the pod that sends, by its label kubernetes.io/hostname');
}

function addOutputOptions(command: Command): void {
  const formats = ['text', 'json', 'junit', 'markdown'];
  command
    .addOption(new Option('-o, --output <format>', 'output format').choices(formats).default('text'))
    .option('--report <file>', 'write an HTML report');
}
