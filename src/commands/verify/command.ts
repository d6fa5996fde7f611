// The flags and the help of `hitless verify`.

import { type Command, Option } from 'commander';
import { trafficKinds } from '../../measurement/traffic.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { addClusterOptions, type OnExit, trafficList, whole } from '../options.ts';
import type { VerifyOptions } from './request.ts';

export function addVerify(program: Command, terminal: Terminal, report: OnExit): void {
  const command = program
    .command('verify')
    .description('measure what a rollout of your own workload loses, and explain why')
    .argument('<workload>', 'a Deployment, StatefulSet, DaemonSet or Argo Rollout, such as deployment/web')
    .requiredOption('--url <url>', 'the address that clients use; every kind of traffic goes there')
    .option('-n, --namespace <name>', "namespace of the workload (default: the kubeconfig's)")
    .option('--rate <n>', 'requests per second of each kind', whole(1, 2000), 100)
    .option('--traffic <kinds>', `kinds of traffic: ${trafficKinds.join(', ')}`, trafficList, [
      'get-new',
      'get-kept',
    ] as const)
    .option('--retries <n>', 'how many times a client retries where that is safe', whole(0, 10), 0)
    .option('--timeout <seconds>', 'a request without an answer by then counts as lost', whole(1, 60), 5)
    .option('--insecure', 'skip TLS certificate verification')
    .option('--restart', 'start the rollout, as kubectl rollout restart does; otherwise wait for the next one')
    .option('-y, --yes', 'with --restart: do not ask')
    .option('--rollouts <n>', 'number of rollouts to measure', whole(1, 1000), 1)
    .option('--max-lost <n>', 'lost requests allowed in each rollout', whole(0, 1_000_000), 0)
    .option(
      '--wait <seconds>',
      'how long to wait for a rollout to begin, or for a paused one to go on',
      whole(1, 86_400),
      600,
    )
    .addOption(new Option('-o, --output <format>', 'output format').choices(['text', 'json', 'junit']).default('text'))
    .option('--report <file>', 'write an HTML report')
    .addHelpText('after', verifyHelp)
    .action(async (workload: string, options: VerifyOptions) => {
      const { verify } = await import('./verify.ts');
      report(await verify(workload, options, terminal));
    });
  addClusterOptions(command);
}

const verifyHelp = `
Sends the load from this machine, from 2 s before a rollout until 3 s after its last old pod is gone; the load continues while verify
waits for a rollout. --restart changes an annotation of the pod template, which every kind rolls by its own strategy; for an Argo
Rollout with a workloadRef it is the template of the workload named there, and where that one is named, the Rollout is measured.
Required permissions: get, list and watch the kind of the workload, list and watch pods, Services and EndpointSlices in the
namespace; with --restart also patch it. GET and POST go to the URL; grpc-unary calls the standard health service; websocket and
grpc-stream work only with the test application of hitless lab.

Exit codes: 0 no rollout lost more than --max-lost, 1 one did, 2 wrong usage, no cluster, or a rollout that did not begin or
did not end.

Examples:
  hitless verify deployment/web -n shop --url https://shop.example.com/healthz
  hitless verify deployment/web -n shop --url http://10.96.0.17/ --restart --yes --rollouts 5 --output junit > verify.xml
  hitless verify statefulset/db -n shop --url grpc://10.96.0.18:9090 --traffic grpc-unary --restart`;
