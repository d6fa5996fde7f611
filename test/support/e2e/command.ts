// `hitless` as the image has it, in a pod that may do what the people of one namespace may.

import { kubectl, must } from './kubectl.ts';
import { image, pullPolicy } from './release.ts';

const account = 'people';

/** Lets `hitless` below work in this namespace, with the rights of the cluster's role edit there and no others. */
export async function allowCommands(namespace: string): Promise<void> {
  await must(kubectl(['create', 'serviceaccount', account, '-n', namespace]));
  const rights = ['--clusterrole=edit', `--serviceaccount=${namespace}:${account}`];
  await must(kubectl(['create', 'rolebinding', account, '-n', namespace, ...rights]));
}

export interface Said {
  readonly code: number;
  /** Both streams. */
  readonly text: string;
}

// A log is the node's, and may be gone when it is read; a pod's last words stay with the pod.
const program = `
  const { spawnSync } = require('node:child_process');
  const { status, stdout, stderr } = spawnSync(process.execPath, ['/app/dist/cli.js', ...process.argv.slice(1)]);
  require('node:fs').writeFileSync('/dev/termination-log', Buffer.concat([stdout, stderr]));
  process.exit(status ?? 1);`;

/** Without a terminal. */
export async function hitless(namespace: string, ...args: readonly string[]): Promise<Said> {
  const command = ['node', '-e', program, '--', ...args];
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { generateName: 'command-', namespace },
    spec: {
      serviceAccountName: account,
      restartPolicy: 'Never',
      containers: [{ name: 'hitless', image, imagePullPolicy: pullPolicy, command }],
    },
  };
  const name = (await must(kubectl(['create', '-o', 'name', '-f', '-'], JSON.stringify(pod)))).trim();
  const ended = '{.status.containerStatuses[0].state.terminated}';
  await must(kubectl(['wait', name, '-n', namespace, `--for=jsonpath=${ended}`, '--timeout=30s']));
  const { exitCode, message = '' } = JSON.parse(
    await must(kubectl(['get', name, '-n', namespace, '-o', `jsonpath=${ended}`])),
  );
  return { code: exitCode, text: message };
}
