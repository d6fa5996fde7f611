// Removes from node_modules what is not needed at run time: types, source maps, documentation, tests, and bundles for browsers.
// Licences stay.
//
//   node image/prune.ts node_modules

import { globSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';

const [modules = 'node_modules'] = process.argv.slice(2);
const inPackages = `${modules}/{,**/node_modules/}{*,@*/*}`;

// .bare files are native parts for another runtime; for Node.js there are none.
const files = `${modules}/**/*.{ts,mts,cts,map,md,markdown,html,yml,flow,tsbuildinfo,bare,coffee,c,sh,zip}`;
const folders = `${inPackages}/{test,tests,docs,doc,example,examples,benchmark,benchmarks,.github}`;
const licence = /^(?:licen[cs]e|copying|notice|authors)/i;

/** Reports are drawn from the modules. */
const bundles = {
  echarts: ['asset', 'dist', 'extension', 'i18n', 'ssr', 'theme', 'types'],
  zrender: ['build', 'dist', 'src'],
} as const;

for (const [name, parts] of Object.entries(bundles))
  for (const part of parts) rmSync(join(modules, name, part), { recursive: true, force: true });
for (const folder of globSync(folders)) rmSync(folder, { recursive: true, force: true });
for (const file of globSync(files)) if (!licence.test(basename(file))) rmSync(file, { recursive: true, force: true });
