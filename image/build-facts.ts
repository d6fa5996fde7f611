// What `hitless version` says about the image it runs from: the build arguments that name sources and base.
//
//   REVISION=$(git rev-parse HEAD) RUNTIME_IMAGE=... node image/build-facts.ts build.json

import { writeFileSync } from 'node:fs';

const { REVISION, RUNTIME_IMAGE } = process.env;
const facts = { kind: 'image', ...(REVISION && { revision: REVISION }), ...(RUNTIME_IMAGE && { base: RUNTIME_IMAGE }) };
const [file = 'build.json'] = process.argv.slice(2);
writeFileSync(file, `${JSON.stringify(facts)}\n`);
