// The clients of the model and of a real cluster, side by side: each writes the same to both.

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deployment } from '../cluster/kinds/deployment.ts';
import * as clients from '../cluster/kubectl.ts';
import type { ModelKind } from '../cluster/model-kind.ts';
import { apiServer, type Server } from '../cluster/server.ts';
import { editIn, type Fields, manifestOf, partialOf } from '../histories/fields.ts';
import type { Author, Write } from '../histories/steps.ts';
import { kubectl, must } from './kubectl.ts';

// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
type Any = any;

/** Whether each took the write, and what each holds then. */
export interface Both {
  readonly took: { readonly model: boolean; readonly cluster: boolean };
  readonly model: Any;
  readonly cluster: Any;
  /** What the cluster said. */
  readonly said: string;
}

export interface Pair {
  readonly write: (write: Write) => Promise<Both>;
}

const folder = mkdtempSync(join(tmpdir(), 'hitless-model-'));

export interface PairOptions {
  readonly kind?: ModelKind;
  readonly author: Author;
  readonly first: Fields;
}

export function pair(namespace: string, { kind = deployment, author, first }: PairOptions): Pair {
  const model = apiServer({ model: kind });
  const resource = kind.kind.toLowerCase();
  const inNamespace = ['-n', namespace];
  let fields = first;
  let ops: Fields = {};
  let now = author;

  const moved = (manifest: Any) => ({ ...manifest, metadata: { ...manifest.metadata, namespace } });
  const run = async (args: readonly string[], input: Any = undefined, env = {}) => {
    const { code, err } = await kubectl(
      [...inNamespace, ...args],
      input === undefined ? '' : JSON.stringify(input),
      env,
    );
    return { took: code === 0, said: err };
  };

  async function apply(change: Fields, by: Author) {
    const next = { ...fields, ...change };
    const manifest = moved(manifestOf(next, kind));
    const [inModel, args] = applying(model, manifest, by);
    const real = await run(args, manifest);
    if (real.took) [fields, now] = [next, by];
    return { took: inModel, real };
  }

  async function applyPart(change: Fields) {
    const next = { ...ops, ...change };
    const manifest = moved(partialOf(next, kind));
    const { refused } = clients.serverSideApply(model, manifest, { manager: 'ops', force: true, kubectl: true });
    const real = await run(['apply', '--server-side', '--force-conflicts', '--field-manager=ops', '-f', '-'], manifest);
    if (real.took) ops = next;
    return { took: refused.length === 0, real };
  }

  async function edit(change: Fields) {
    const { refused } = clients.edit(model, (held) => editIn(held, change, kind));
    return { took: refused.length === 0, real: await editReal(change) };
  }

  /** Again where the controller wrote the status in between, as kubectl asks its user to. */
  async function editReal(change: Fields): Promise<{ took: boolean; said: string }> {
    const object = JSON.parse(await must(kubectl([...inNamespace, 'get', resource, 'web', '-o', 'json'])));
    editIn(object, change, kind);
    const file = join(folder, 'edited.json');
    writeFileSync(file, JSON.stringify(object));
    const real = await run(['edit', resource, 'web', '-o', 'json'], undefined, { KUBE_EDITOR: `cp ${file}` });
    return real.said.includes('the object has been modified') ? editReal(change) : real;
  }

  async function restart() {
    if (kind.custom) return restartAt(new Date(Date.now()).toISOString().replace(/\.\d+Z$/, 'Z'));
    const real = await restartReal();
    const at = (await get()).spec.template.metadata.annotations['kubectl.kubernetes.io/restartedAt'];
    return { took: clients.restart(model, at).refused.length === 0, real };
  }

  /** Again where the last one was in the same second, which kubectl refuses and asks its user to wait for. */
  async function restartReal(): Promise<{ took: boolean; said: string }> {
    const real = await run(['rollout', 'restart', `${resource}/web`]);
    if (!real.said.includes('within the past second')) return real;
    await new Promise((resolve) => setTimeout(resolve, 200));
    return restartReal();
  }

  async function restartAt(at: string) {
    const real = await run([
      'patch',
      resource,
      'web',
      '--type=merge',
      '-p',
      JSON.stringify({ spec: { restartAt: at } }),
    ]);
    return { took: clients.restart(model, at, 'kubectl-patch').refused.length === 0, real };
  }

  async function undo(to: number) {
    // Of a Rollout by a plugin, after a controller that is not here.
    if (kind.custom) return undefined;
    const others = [...model.revisions()].sort((a, b) => a.number - b.number).slice(0, -1);
    const target = others[to % Math.max(1, others.length)];
    if (target === undefined) return undefined;
    const real = await run(['rollout', 'undo', `${resource}/web`, `--to-revision=${target.number}`]);
    return { took: clients.undo(model, target).refused.length === 0, real };
  }

  async function annotate(mode: string | null) {
    const { refused } = clients.annotate(model, 'hitless.dev/mode', mode);
    const word = mode === null ? 'hitless.dev/mode-' : `hitless.dev/mode=${mode}`;
    const real = await run(['annotate', '--overwrite', resource, 'web', word]);
    return { took: refused.length === 0, real };
  }

  async function label() {
    const at = `${Date.now()}`;
    const { refused } = clients.label(model, 'at', at);
    return { took: refused.length === 0, real: await run(['label', '--overwrite', resource, 'web', `at=${at}`]) };
  }

  /** Once the controller has seen the last write and written what it has to: the same twice. */
  async function get(before = ''): Promise<Any> {
    const args = ['get', resource, 'web', '-o', 'json', '--show-managed-fields'];
    const { code, out } = await kubectl([...inNamespace, ...args]);
    if (code !== 0) return undefined;
    const { metadata, status, ...object } = JSON.parse(out);
    const isSeen = kind.custom === true || status?.observedGeneration === metadata.generation;
    const settled = isSeen && metadata.resourceVersion === before;
    if (settled) return { ...object, metadata };
    await new Promise((resolve) => setTimeout(resolve, 100));
    return get(metadata.resourceVersion);
  }

  function perform(write: Write) {
    if (write.kind === 'apply') return apply(write.change, write.by ?? now);
    if (!model.exists()) return undefined;
    if (write.kind === 'ops') return applyPart(write.change);
    if (write.kind === 'edit') return edit(write.change);
    if (write.kind === 'annotate') return annotate(write.mode);
    if (write.kind === 'undo') return undo(write.to);
    if (write.kind === 'label') return label();
    return write.kind === 'restart' ? restart() : undefined;
  }

  return {
    write: async (write) => {
      const done = await perform(write);
      const cluster = await get();
      const held = model.exists() ? model.get() : undefined;
      const took = { model: done?.took ?? true, cluster: done?.real.took ?? true };
      return { took, model: held, cluster, said: done?.real.said ?? '' };
    },
  };
}

function applying(model: Server, manifest: Any, by: Author): [boolean, string[]] {
  const passes = ({ refused }: { readonly refused: readonly string[] }) => refused.length === 0;
  if (by === 'client-side') return [passes(clients.clientSideApply(model, manifest)), ['apply', '-f', '-']];
  if (by === 'server-side')
    return [
      passes(clients.serverSideApply(model, manifest, { force: true })),
      ['apply', '--server-side', '--force-conflicts', '-f', '-'],
    ];
  if (model.exists()) return [passes(clients.replace(model, manifest)), ['replace', '-f', '-']];
  return [passes(clients.create(model, manifest)), ['create', '-f', '-']];
}
