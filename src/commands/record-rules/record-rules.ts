// `hitless record-rules`: writes a line whenever the rules of this node for the Services of a namespace change.

import { recordRules } from '../../measurement/lab/data-plane/record.ts';
import type { ExitCode, Terminal } from '../../terminal/terminal.ts';

/** Until SIGTERM or SIGINT: 0. 2 when nothing can be recorded, or not any more. */
export async function recordRulesHere(
  { namespace }: { readonly namespace: string },
  terminal: Pick<Terminal, 'out'>,
): Promise<ExitCode> {
  const ended = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => ended.abort());
  const write = (line: object) => terminal.out(`${JSON.stringify(line)}\n`);
  return (await recordRules({ namespace, write, signal: ended.signal })) ? 0 : 2;
}
