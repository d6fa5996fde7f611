// The clients of a history, with what each has in its hands: what one write does to every world.

import { recordAnnotation } from '../cluster/hitless.ts';
import * as kubectl from '../cluster/kubectl.ts';
import type { ModelKind } from '../cluster/model-kind.ts';
import type { Answer, Server } from '../cluster/server.ts';
import { editIn, type Fields, manifestOf, partialOf } from './fields.ts';
import type { Author, Write } from './steps.ts';
import type { Done, Name, Revision } from './worlds.ts';

// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
type Any = any;

export interface Prepared {
  readonly act: (server: Server, name: Name) => Answer;
  readonly keep: () => void;
  readonly manifest?: Any;
  readonly applied: Done['applied'];
  readonly merges?: boolean;
  readonly brought?: string | undefined;
}

export function clientsOf(model: ModelKind, author: Author, first: Fields) {
  let fields = first;
  let now = author;
  let ops: Fields = {};
  let helmed: Any;
  let count = 0;

  const simple = (act: Prepared['act']): Prepared => ({ act, keep: () => undefined, applied: undefined });
  function prepare(write: Write, live: Server, revisions: ReadonlyMap<string, Revision>): Prepared | undefined {
    count++;
    const at = `${count}`;
    if (write.kind !== 'apply' && !live.exists()) return undefined;
    if (write.kind === 'apply') return apply(write.change, write.by ?? now, write.force);
    if (write.kind === 'ops') return applyPart({ ...ops, ...write.change }, write.force);
    if (write.kind === 'edit')
      return simple((server) => kubectl.edit(server, (object) => editIn(object, write.change, model)));
    if (write.kind === 'annotate') return simple((server) => kubectl.annotate(server, 'hitless.dev/mode', write.mode));
    if (write.kind === 'label') return simple((server) => kubectl.label(server, 'at', at));
    if (write.kind === 'restart') return simple((server) => kubectl.restart(server, at));
    if (write.kind === 'forget')
      return simple((server) => kubectl.edit(server, (object) => delete object.metadata.annotations));
    return undo(write.to, live, revisions);
  }

  function apply(change: Fields, by: Author, force = true): Prepared {
    const next = { ...fields, ...change };
    const manifest = manifestOf(next, model);
    const last = helmed;
    const act = (server: Server) => {
      if (by === 'client-side') return kubectl.clientSideApply(server, manifest);
      if (by === 'server-side') return kubectl.serverSideApply(server, manifest, { force });
      if (by === 'helm') return kubectl.helm(server, manifest, last);
      return server.exists() ? kubectl.replace(server, manifest) : kubectl.create(server, manifest);
    };
    const keep = () => {
      [fields, now] = [next, by];
      if (by === 'helm') helmed = manifest;
    };
    return {
      act,
      keep,
      manifest,
      applied: by === 'client-side' || by === 'server-side' ? by : undefined,
      merges: by === 'helm',
    };
  }

  function applyPart(next: Fields, force = true): Prepared {
    const manifest = partialOf(next, model);
    const act = (server: Server) => kubectl.serverSideApply(server, manifest, { manager: 'ops', force });
    const keep = () => {
      ops = next;
    };
    return { act, keep, manifest, applied: 'server-side' };
  }

  return { prepare };
}

/** To another revision that the live world has, and in the others to what stood there then. */
function undo(to: number, live: Server, revisions: ReadonlyMap<string, Revision>): Prepared | undefined {
  const current = JSON.stringify(live.model.revisionTemplate(live.get()));
  const others = live.revisions().filter(({ template }) => JSON.stringify(template) !== current);
  const target = others[to % Math.max(1, others.length)];
  const known = target && revisions.get(JSON.stringify(target.template));
  if (target === undefined || known === undefined) return undefined;
  const { [recordAnnotation]: brought, ...annotations } = target.annotations;
  const act = (server: Server, name: Name) =>
    kubectl.undoTo(server, {
      number: target.number,
      template: known.template[name],
      annotations: name === 'live' ? target.annotations : annotations,
    });
  return { act, keep: () => undefined, applied: undefined, brought };
}
