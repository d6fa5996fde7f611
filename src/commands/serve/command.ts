// The flags and the help of `hitless serve`.

import { type Command, Option } from 'commander';
import { catchSignals } from '../../server/signals.ts';
import { settingRows } from '../../settings/settings.ts';
import type { OnExit } from '../options.ts';

export function addServe(program: Command, report: OnExit): void {
  const command = program
    .command('serve')
    .description('run the webhook')
    .addHelpText('after', serveHelp)
    .action(async (flags: Record<string, string | undefined>) => {
      // Before the rest is loaded, which takes a while.
      const signals = catchSignals();
      const { serve } = await import('./serve.ts');
      report(await serve(flags, { signals }));
    });
  for (const { flag, variable, default: fallback, description, words = [], isList = false } of settingRows) {
    const absent = fallback === undefined ? '' : `; default ${fallback}`;
    // serve checks the values itself, with those of the environment.
    const parse = Object.assign((text: string) => text, { words, isList });
    const option = new Option(flag, `${description} (${variable}${absent})`);
    command.addOption(option.required ? option.argParser(parse) : option);
  }
}

const serveHelp = `
Exit codes after SIGTERM or SIGINT: 0 if every call was answered, 1 if the drain time cut some off; 2 if it cannot start. A second
signal ends it immediately, with 128 plus the signal's number.`;
