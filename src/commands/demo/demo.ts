// `hitless demo`: the real server, a few objects, and the answers to five real requests, each with its reason.

import { fileURLToPath } from 'node:url';
import { applyPatch, type Operation } from '../../admission/patch.ts';
import { ownCommand } from '../../single-file.ts';
import { type Paint, paint, wrap } from '../../terminal/style.ts';
import type { ExitCode, Terminal } from '../../terminal/terminal.ts';
import { truncate } from '../../text/truncate.ts';
import type { JsonObject } from '../../workload/json.ts';
import { removeAt } from '../../workload/path.ts';
import type { Deployment } from '../../workload/workload.ts';
import { blockLines } from '../../yaml/emit.ts';
import { unifiedDiff } from '../../yaml/unified-diff.ts';
import { firstApply, lastApplied, objectFiles, relabelled, restarted, reviewOf, withOwnHook } from './objects.ts';
import { type DemoServer, startServer } from './server.ts';

interface Scene {
  readonly title: string;
  readonly why: string;
  readonly path: '/mutate/enforce' | '/mutate/audit';
  readonly object: (stored: Deployment) => Deployment;
  readonly creates?: true;
  /** A new preStop sleep in the policy before the request. */
  readonly policySleepSeconds?: number;
}

const scenes: readonly Scene[] = [
  {
    title: 'kubectl apply, namespace in audit mode',
    why: 'The same plan as under enforce, reported instead of written.',
    path: '/mutate/audit',
    object: firstApply,
    creates: true,
  },
  {
    title: 'kubectl apply, namespace in enforce mode',
    why: 'A Service sends traffic to the declared port http, so a probe there is safe. The record of what was written is an annotation.',
    path: '/mutate/enforce',
    object: firstApply,
    creates: true,
  },
  {
    title: 'kubectl label, after the policy was changed to 25 s',
    why: 'The pod template is as the author left it: no policy change ever restarts a pod.',
    path: '/mutate/enforce',
    object: relabelled,
    policySleepSeconds: 25,
  },
  {
    title: 'kubectl rollout restart',
    why: 'The pods are replaced anyway, so they get the new policy, and the grace period that goes with it.',
    path: '/mutate/enforce',
    object: restarted,
  },
  {
    title: 'kubectl apply of a manifest that now has a preStop hook of its own',
    why: 'kubectl sends both hooks merged, which the API server would refuse: hitless removes its own.',
    path: '/mutate/enforce',
    object: withOwnHook,
  },
];

/** Cleans up after itself, server and files included. Throws when the server does not start. */
export async function demo(terminal: Terminal): Promise<ExitCode> {
  const ink = paint(terminal.colour.out);
  const started = performance.now();
  const server = await startServer(ownCommand(ownScript()), objectFiles(10));
  try {
    terminal.out(`${ink('bold', 'hitless serve')} listens on ${server.address} with a throw-away key pair.\n`);
    let stored = firstApply();
    for (const [i, scene] of scenes.entries())
      stored = await play(scene, { number: i + 1, stored, server, terminal, ink });
  } finally {
    const code = await server.stop();
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    terminal.out(
      `\nSIGTERM: the server finished the requests in flight and exited with code ${code}. The demo took ${seconds} s.\n`,
    );
  }
  return 0;
}

/** Of the sources, or compiled. */
function ownScript(): string {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return fileURLToPath(new URL(`../../cli.${extension}`, import.meta.url));
}

interface Stage {
  readonly number: number;
  readonly stored: Deployment;
  readonly server: DemoServer;
  readonly terminal: Terminal;
  readonly ink: Paint;
}

/** Returns the object that is stored afterwards. */
async function play(scene: Scene, { number, stored, server, terminal, ink }: Stage): Promise<Deployment> {
  if (scene.policySleepSeconds !== undefined) await server.changeObjects(objectFiles(scene.policySleepSeconds));
  const object = scene.object(stored);
  const request = reviewOf(`demo-${number}`, object, scene.creates ? undefined : stored);
  const { review, line } = await server.call(scene.path, request);
  const response = review.response as JsonObject;
  const patched = applyPatch({ base: structuredClone(object), operations: operationsOf(response) }) as Deployment;
  terminal.out(`\n${ink(['bold', 'cyan'], `${number}. ${scene.title}`)}\n`);
  terminal.out(`   ${wrap(scene.why, 3, terminal.width)}\n`);
  terminal.out(`${coloured(diff(object, patched), ink) || '   no patch\n'}`);
  for (const warning of (response.warnings ?? []) as string[])
    terminal.out(`${ink('yellow', 'Warning:')} ${warning}\n`);
  terminal.out(`${ink('dim', `${line.decision} in ${Number(line.milliseconds).toFixed(2)} ms: ${line.reason}`)}\n`);
  return patched;
}

function operationsOf({ patch }: JsonObject): readonly Operation[] {
  return typeof patch === 'string' ? JSON.parse(Buffer.from(patch, 'base64').toString()) : [];
}

function diff(before: Deployment, after: Deployment): string {
  return unifiedDiff('deployment-web.yaml', [{ before: yaml(before), after: yaml(after) }]);
}

/** Without clutter: the status, and kubectl's own copy of the manifest. */
function yaml({ status: _status, ...object }: Deployment): string {
  const shown = removeAt(object as JsonObject, lastApplied);
  return `${blockLines(shown, { unit: 2, listIndent: 2, keys: 'plain' }).join('\n')}\n`;
}

const lineLimit = 116;

function coloured(text: string, ink: Paint): string {
  return text
    .split('\n')
    .filter((line) => !/^(---|\+\+\+) /.test(line))
    .map((line) => truncate(line, lineLimit))
    .map((line) =>
      line.startsWith('+') ? ink('green', line) : line.startsWith('-') ? ink('red', line) : ink('dim', line),
    )
    .join('\n');
}
