// The flags of the hidden command that the lab starts in the pods of its Deployments.

import { type Command, Option } from 'commander';
import type { Terminal } from '../../terminal/terminal.ts';
import { type OnExit, whole } from '../options.ts';

export function addTestApp(program: Command, terminal: Terminal, report: OnExit): void {
  program
    .command('test-app', { hidden: true })
    .description('run the server of the experiment')
    .option('--port <n>', 'HTTP and WebSocket', whole(0, 65_535), 8080)
    .option('--grpc-port <n>', 'gRPC', whole(0, 65_535), 8081)
    .option('--start-up-ms <n>', 'time before it listens', whole(0, 600_000), 0)
    .option('--work-ms <n>', 'time that a request takes', whole(0, 600_000), 0)
    .addOption(new Option('--on-sigterm <way>').choices(['end', 'close', 'drain', 'serve']).default('drain'))
    .option('--serve-on-ms <n>', 'time that it serves on after SIGTERM', whole(0, 600_000), 10_000)
    .option('--drain-ms <n>', 'time that a drain may take', whole(0, 600_000), 5000)
    .option('--controls', 'crash, be killed or fail the livenessProbe when asked over HTTP')
    .action(async (options) => {
      const { testApp } = await import('./test-app.ts');
      report(await testApp(options, terminal));
    });
}
