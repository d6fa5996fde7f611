// A process that runs the command of its arguments, and writes down how it ended.

import { writeSync } from 'node:fs';
import { runCommand } from '../../../src/terminal/child.ts';

const [stdout = 'out', ...words] = process.argv.slice(2);
const end = await runCommand({ words, stdout: stdout === 'err' ? 'err' : 'out' });
writeSync(2, JSON.stringify(end));
