// The flags and the help of `hitless lab`.

import { type Command, Option } from 'commander';
import { usualGatewayImage } from '../../measurement/lab/gateways/names.ts';
import { labKindNames } from '../../measurement/lab/lab-kinds.ts';
import { leaveNames } from '../../measurement/lab/ways-to-leave/names.ts';
import { trafficKinds } from '../../measurement/traffic.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { version } from '../../version.ts';
import {
  addClusterOptions,
  imageHelp,
  labKindList,
  leaveList,
  type OnExit,
  proxyCounts,
  replicaCounts,
  retryCounts,
  trafficList,
  ways,
  waysList,
  whole,
  words,
} from '../options.ts';
import type { LabOptions } from './lab-options.ts';

export function addLab(program: Command, terminal: Terminal, report: OnExit): void {
  const command = program
    .command('lab')
    .description('measure on your own cluster what rollouts lose, with and without each fix of hitless')
    .option('--quick', '3 rollouts of the most informative rows, with 2 replicas')
    .option('--rollouts <n>', 'rollouts of each row (20; with --quick 3)', whole(1, 1000))
    .option('--kind <kinds>', `kinds of workloads: ${labKindNames.join(', ')}`, labKindList, ['deployment'] as const)
    .option('--leave <ways>', `how pods leave: rollout, ${leaveNames.join(', ')} (rollout)`, leaveList)
    .option('--rows <fixes>', 'only these rows, such as nothing,all,without/pre-stop-sleep', words)
    .option(
      '--replicas <numbers>',
      'replica counts of each row (1,2,4; with --quick 2; of other kinds 1,2)',
      replicaCounts,
    )
    .option('--data-plane', 'record what the rules of the node say during each rollout, by a privileged pod')
    .option(
      '--data-plane-image <image>',
      'the image of that pod: hitless with nft and iptables',
      `hitless-data-plane:${version}`,
    )
    .option('--parallel <n>', 'measurements at the same time', whole(1, 20), 1)
    .option('--report <file>', 'write an HTML report')
    .option('--json <file>', 'write everything that was measured')
    .option('--resume <file>', 'keep the counts of each measurement in this file, and go on where it ends')
    .addHelpText('after', labHelp)
    .action(async (options: LabOptions) => {
      const { lab } = await import('./lab.ts');
      report(await lab(options, terminal));
    });
  addLoadOptions(command);
  addGatewayOptions(command);
  addPodOptions(command);
  addClusterOptions(command);
}

function addLoadOptions(command: Command): void {
  command
    .option('--traffic <kinds>', `kinds of traffic: ${trafficKinds.join(',')}`, trafficList)
    .option(
      '--rate <n>',
      'requests per second of each kind: on new connections, on kept ones, on WebSockets, by gRPC',
      whole(1, 2000),
      100,
    )
    .addOption(
      new Option('--retries <numbers>', 'how many times a client retries where that is safe; several numbers are rows')
        .argParser(retryCounts)
        .default([0], '0'),
    )
    .option('--timeout <seconds>', 'a request without an answer by then counts as lost', whole(1, 60), 5)
    .option(
      '--target <url>',
      'send from this machine through an ingress or gateway to the Service test-app; HTTP and WebSocket only',
    )
    .option('--route <file>', 'objects to create in the namespace first: the Ingress or HTTPRoute of --target');
}

function addGatewayOptions(command: Command): void {
  command
    .addOption(
      new Option(
        '--through <ways>',
        `ways to the Service, each a row: ${ways.join(', ')}; a proxy gets single HTTP requests only`,
      )
        .argParser(waysList)
        .default(['direct'], 'direct'),
    )
    .option('--gateway-image <image>', 'the image of the proxies (image/gateways.Dockerfile)', usualGatewayImage)
    .addOption(
      new Option(
        '--gateway-upstream <what>',
        'where a proxy sends: to the address of the Service, or to the pods by their addresses, which it has from DNS',
      )
        .choices(['service', 'pods', 'both'])
        .default('service'),
    )
    .option('--gateway-dns <address>', "the DNS server that it asks for them (that of its pod's resolv.conf)")
    .option('--gateway-dns-domain <domain>', "the cluster's domain, with --gateway-dns (cluster.local)")
    .addOption(
      new Option('--gateway-keep-alive <way>', 'whether a proxy keeps its connections to the application')
        .choices(['on', 'off', 'both'])
        .default('on'),
    )
    .addOption(
      new Option('--gateway-replicas <numbers>', 'replicas of the proxy: 1, 2 or 1,2')
        .argParser(proxyCounts)
        .default([1], '1'),
    )
    .option(
      '--gateway-retries <numbers>',
      'how many times the proxy retries where that is safe; each number is a row (as the program does by default)',
      retryCounts,
    )
    .addOption(
      new Option('--roll <what>', 'what rolls with the fixes of the row: the application, or the proxy in front of it')
        .choices(['application', 'gateway', 'both'])
        .default('application'),
    );
}

function addPodOptions(command: Command): void {
  command
    .addOption(
      new Option('--application <way>', 'how the test application handles SIGTERM: exits at once, or drains')
        .choices(['ends', 'drains', 'both'])
        .default('both'),
    )
    .option('--sleep <seconds>', 'the preStop sleep of the rows that have one (the policy default, 10)', whole(1, 300))
    .option('--start-up <ms>', 'how long a new pod takes before it listens', whole(0, 60_000), 1000)
    .option('--work <ms>', 'how long a request takes', whole(0, 60_000), 5)
    .option('--start-within <seconds>', 'how long pods may take to start', whole(1, 3600), 120)
    .option('--image <image>', imageHelp)
    .addOption(
      new Option('--image-pull-policy <policy>').choices(['Always', 'IfNotPresent', 'Never']).default('IfNotPresent'),
    )
    .option(
      '--namespace <name>',
      'namespace created for the run and removed after it (hitless-lab- and six characters)',
    )
    .option('--no-webhook', 'write the fixes of the row all into the manifest, even where hitless is installed');
}

const labHelp = `
Creates a namespace, and in it a workload, a Service and a pod that sends the load for each measurement; removes them all, also on
Ctrl-C. Of kinds other than Deployments three rows are measured: nothing, all, and for StatefulSets and DaemonSets advised: all of
hitless, and the readinessProbe that it only asks for there. A DaemonSet has one pod on each node, whatever --replicas says.
With --leave pods leave in other ways than by a rollout, with 2 replicas and the rows nothing and all unless told otherwise. The two drains
cordon the node that has most of a workload's pods, evict these and no others, and uncordon it, also on Ctrl-C: run them where a node may
be cordoned for a minute. If there is no other node, the pods tolerate the cordon, so that their successors can start.
Required permissions: create, get and delete a namespace; everything on the kinds, Services and pods in it, pods/log and
pods/proxy; list and watch EndpointSlices; where hitless is installed, create RolloutPolicies, and get and list its objects to find it;
with --route, create the objects in the file; with --through, everything on Deployments; with --leave, create pods/eviction, create, get
and delete PodDisruptionBudgets, and for the drains get, list and patch nodes. With
--target the load comes from this machine, without gRPC, and how long the network sends to terminating pods is not measured.
--data-plane starts a pod as root with hostNetwork, NET_ADMIN and NET_RAW, in a namespace labelled for Pod Security level privileged; it
reads kube-proxy's rules in nftables or iptables, and writes nothing.

With --resume a run that was interrupted, or whose machine was restarted, goes on: repeat the command, and what the file holds is not
measured again; a higher --rollouts adds to it. The file has a line of counts for each measurement and no single requests, so that time
lines are drawn of the last run only.

Exit codes: 0 measured, 1 a row that promises no loss lost requests of an application that drains, 2 wrong usage, no cluster, or not everything was
measured.

Examples:
  hitless lab --quick --image registry.example.com/hitless:${version}
  hitless lab --rows nothing,all --replicas 2 --rollouts 20 --report lab.html
  hitless lab --rows all --application drains --rollouts 500 --resume lab.jsonl --json lab.json
  hitless lab --kind statefulset,daemonset,rollout --rollouts 20 --report kinds.html`;
