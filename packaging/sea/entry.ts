// The single-file program. By the name of a link to it, it is the plugin of kubectl as well.

import { basename } from 'node:path';
import { main } from '../../src/main.ts';

const name = basename(process.argv0, '.exe');
if (name === 'kubectl-hitless') main('kubectl hitless', []);
else if (name === 'kubectl_complete-hitless') main('kubectl hitless', ['__complete']);
else main('hitless', []);
