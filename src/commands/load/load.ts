// `hitless load`: sends the load of an experiment from within the cluster, controlled over HTTP.

import { startAgent } from '../../measurement/load/agent.ts';
import type { ExitCode, Terminal } from '../../terminal/terminal.ts';

export interface LoadOptions {
  /** The port for instructions; 0: any free port. */
  readonly port: number;
  /** Seconds without an instruction after which it ends; absent: never. */
  readonly idleExit?: number;
}

/** Serves until SIGTERM or SIGINT, or until nobody asks any more; 2 when it cannot listen. */
export async function load(
  { port, idleExit }: LoadOptions,
  terminal: Pick<Terminal, 'out' | 'err'>,
): Promise<ExitCode> {
  const told = Promise.withResolvers<void>();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, told.resolve);
  try {
    const agent = await startAgent({ port });
    terminal.out(`hitless load: listening on port ${agent.port}\n`);
    const idleMs = (idleExit ?? Number.POSITIVE_INFINITY) * 1000;
    const watching = setInterval(() => agent.quietMs() > idleMs && told.resolve(), 1000);
    await told.promise;
    clearInterval(watching);
    await agent.close();
    return 0;
  } catch (error) {
    terminal.err(`hitless load: cannot listen on port ${port}: ${(error as Error).message}\n`);
    return 2;
  }
}
