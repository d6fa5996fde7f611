// All code of a program in one CommonJS file, which is what a single executable application of Node.js runs. What is imported lazily is
// still evaluated only when it is needed.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { rolldown } from 'rolldown';

export interface Bundle {
  readonly code: string;
  /** Paths of the files that are in it. */
  readonly files: readonly string[];
}

export async function bundle(entry: string): Promise<Bundle> {
  const build = await rolldown({
    input: entry,
    platform: 'node',
    // Faster variants of two functions of ws, which it does without.
    external: ['bufferutil', 'utf-8-validate'],
    resolve: { alias: { [client]: `${client}/dist/config.js` } },
    treeshake: { moduleSideEffects: [{ test: new RegExp(client), sideEffects: false }] },
    plugins: [textChanges],
    logLevel: 'silent',
  });
  try {
    // Without import(), which code from a cache cannot do.
    const { output } = await build.generate({ format: 'cjs', codeSplitting: false, dynamicImportInCjs: false, minify });
    const [{ code, moduleIds }] = output;
    return { code, files: moduleIds.filter((id) => !id.startsWith('\0')) };
  } finally {
    await build.close();
  }
}

/** Only its reader of kubeconfigs is used: without the models and clients of 1,300 kinds the code is 5 MB shorter. */
const client = '@kubernetes/client-node';

/** Shorter, with the names that stack traces show. */
const minify = { compress: true, mangle: false, codegen: true } as const;

interface TextChange {
  /** The end of the path of its file. */
  readonly file: string;
  readonly from: string;
  readonly to: () => string;
}

/** What reads files or packages at run time in a way that no bundler sees. */
const changes: readonly TextChange[] = [
  { file: 'src/yaml/library.ts', from: "createRequire(import.meta.url)('yaml')", to: () => "require('yaml')" },
  {
    file: 'grpc-health-check/build/src/health.js',
    from: "(0, proto_loader_1.loadSync)('health/v1/health.proto', {",
    to: () => `(0, proto_loader_1.fromJSON)(${healthService()}, {`,
  },
];

const textChanges = {
  name: 'text-changes',
  transform(code: string, id: string) {
    const change = changes.find(({ file }) => id.replaceAll('\\', '/').endsWith(file));
    if (change === undefined) return null;
    if (!code.includes(change.from)) throw new Error(`${id} no longer contains ${change.from}`);
    return { code: code.replace(change.from, change.to), moduleType: id.endsWith('.ts') ? 'ts' : 'js' };
  },
} as const;

/** The definition that grpc-health-check reads from its .proto file, as JSON. */
function healthService(): string {
  const require = createRequire(import.meta.url);
  const folder = join(dirname(require.resolve('grpc-health-check/package.json')), 'proto');
  const protobuf = createRequire(require.resolve('@grpc/proto-loader'))('protobufjs');
  const text = readFileSync(join(folder, 'health/v1/health.proto'), 'utf8');
  return JSON.stringify(protobuf.parse(text, { keepCase: true }).root.toJSON());
}
