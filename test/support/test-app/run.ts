// The test application alone in a process, as `hitless test-app` starts it. Its options come as JSON.

import { type TestAppOptions, testApp } from '../../../src/commands/test-app/test-app.ts';

const defaults: TestAppOptions = {
  ...{ port: 0, grpcPort: 0, startUpMs: 0, workMs: 0 },
  ...{ onSigterm: 'drain', drainMs: 1000, serveOnMs: 1000 },
};
const terminal = {
  stdin: () => Promise.resolve(new Uint8Array()),
  out: (text: string) => void process.stdout.write(text),
  err: (text: string) => void process.stderr.write(text),
  colour: { out: false, err: false },
};
process.exitCode = await testApp({ ...defaults, ...JSON.parse(process.argv[2] ?? '{}') }, terminal);
