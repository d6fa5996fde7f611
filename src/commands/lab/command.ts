// The flags and the help of `hitless lab`.

import { type Command, Option } from 'commander';
import { trafficKinds } from '../../measurement/traffic.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { version } from '../../version.ts';
import { addClusterOptions, type OnExit, replicaCounts, trafficList, whole, words } from '../options.ts';
import type { LabOptions } from './lab.ts';

export function addLab(program: Command, terminal: Terminal, report: OnExit): void {
  const command = program
    .command('lab')
    .description('measure on your own cluster what rollouts lose, with each fix of hitless and without it')
    .option('--quick', '3 rollouts of the rows that tell most, 2 replicas')
    .option('--rollouts <n>', 'of each row (20; with --quick 3)', whole(1, 1000))
    .option('--rows <fixes>', 'only these, such as nothing,all,without/pre-stop-sleep', words)
    .option('--replicas <numbers>', 'of each row (1,2,4; with --quick 2)', replicaCounts)
    .option('--parallel <n>', 'measurements at one time', whole(1, 20), 1)
    .option('--report <file>', 'write an HTML report')
    .option('--json <file>', 'write everything that was measured')
    .addHelpText('after', labHelp)
    .action(async (options: LabOptions) => {
      const { lab } = await import('./lab.ts');
      report(await lab(options, terminal));
    });
  addLoadOptions(command);
  addPodOptions(command);
  addClusterOptions(command);
}

function addLoadOptions(command: Command): void {
  command
    .option('--traffic <kinds>', `kinds of traffic: ${trafficKinds.join(',')}`, trafficList)
    .option(
      '--rate <n>',
      'requests a second of each: on new connections, on kept ones, on WebSockets, by gRPC',
      whole(1, 2000),
      100,
    )
    .option('--retries <n>', 'how often a client tries again where that is safe', whole(0, 10), 0)
    .option('--timeout <seconds>', 'without an answer by then a request is lost', whole(1, 60), 5)
    .option(
      '--target <url>',
      'send from here through an ingress or gateway to the Service test-app; HTTP and WebSocket',
    )
    .option('--route <file>', 'objects to make in the namespace first: the Ingress or HTTPRoute of --target');
}

function addPodOptions(command: Command): void {
  command
    .addOption(
      new Option('--application <way>', 'what it does on SIGTERM: ends at once, or drains')
        .choices(['ends', 'drains', 'both'])
        .default('both'),
    )
    .option('--sleep <seconds>', 'the preStop sleep of the rows that have one (the policy default, 10)', whole(1, 300))
    .option('--start-up <ms>', 'how long a new pod does not listen yet', whole(0, 60_000), 1000)
    .option('--work <ms>', 'how long a request takes', whole(0, 60_000), 5)
    .option('--start-within <seconds>', 'the most that pods may take to start', whole(1, 3600), 120)
    .option('--image <image>', 'of hitless, as your nodes know it', `hitless:${version}`)
    .addOption(
      new Option('--image-pull-policy <policy>').choices(['Always', 'IfNotPresent', 'Never']).default('IfNotPresent'),
    )
    .option('--namespace <name>', 'made for the run and removed after it (hitless-lab- and six characters)')
    .option('--no-webhook', 'write the fixes of the row all into the manifest, even where hitless is installed');
}

const labHelp = `
Makes a namespace, and in it for each measurement a Deployment, a Service and a pod that sends the load; removes them all, also on
Ctrl-C. Needed rights: make, get and remove a namespace, all on Deployments, Services and pods in it, pods/log and pods/proxy, list
and watch EndpointSlices; where hitless is installed also make RolloutPolicies, with --route what stands in the file. With --target
the load comes from here, without gRPC, and how long the network sends to leaving pods is not measured.

Exit codes: 0 measured, 1 all of hitless lost requests of an application that drains, 2 usage, no cluster, or not all was measured.

Examples:
  hitless lab --quick --image registry.example.com/hitless:${version}
  hitless lab --rows nothing,all --replicas 2 --rollouts 20 --report lab.html`;
