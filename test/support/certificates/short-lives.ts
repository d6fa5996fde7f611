// `hitless serve` with certificates that live for seconds: the lifetimes are in HITLESS_TEST_LIFETIMES, flags as usual.

import { parseArgs } from 'node:util';
import { serve } from '../../../src/commands/serve/serve.ts';
import { settingRows } from '../../../src/settings/settings.ts';

const options = Object.fromEntries(
  settingRows.map(({ flag }) => [flag.slice(2).replace(/ .*/, ''), { type: 'string' as const }]),
);
const { values } = parseArgs({ options });
const flags = Object.fromEntries(
  settingRows.map(({ name, flag }) => [name, values[flag.slice(2).replace(/ .*/, '')] as string | undefined]),
);
const { HITLESS_TEST_LIFETIMES: lifetimes } = process.env;
delete process.env.HITLESS_TEST_LIFETIMES;
process.exitCode = await serve(flags, { lifetimes: lifetimes === undefined ? undefined : JSON.parse(lifetimes) });
