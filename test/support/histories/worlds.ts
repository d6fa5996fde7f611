// Each history runs in three worlds at once: live, with hitless; the shadow, the same cluster without it; and one that only
// holds what somebody wrote, without defaults. The last two say what is the author's.

import type { Webhook } from '../cluster/admission.ts';
import { hitless, isCalled, type Settings } from '../cluster/hitless.ts';
import * as kubectl from '../cluster/kubectl.ts';
import { neighbour } from '../cluster/neighbours.ts';
import { type Answer, apiServer, type Server } from '../cluster/server.ts';
import { sameJson } from '../cluster/typed.ts';
import { editIn, type Fields, manifestOf, partialOf } from './fields.ts';
import type { Author, History, Write } from './steps.ts';

// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
type Any = any;

export type Name = 'live' | 'shadow' | 'wrote';
export type Objects = Readonly<Record<Name, Any>>;
export const names: readonly Name[] = ['live', 'shadow', 'wrote'];

export const record = 'hitless.dev/injected';

export interface Done {
  readonly before: Objects | undefined;
  readonly after: Objects;
  /** hitless was asked. */
  readonly called: boolean;
  readonly write: Write;
  /** What an apply, a PUT or Helm sent. */
  readonly manifest: Any | undefined;
  /** By which kind of apply; undefined where nothing proves what the manifest says. */
  readonly applied: 'client-side' | 'server-side' | undefined;
  /** The manifest was merged into what is stored, and nothing in the object tells. */
  readonly merges: boolean;
}

/** `refused`: by the live world alone. `skipped`: nothing was stored in any world. */
export type Outcome =
  | { readonly done: Done }
  | { readonly refused: readonly string[]; readonly called: boolean }
  | 'skipped';

export interface Worlds {
  readonly settings: Settings;
  readonly run: (write: Write) => Outcome;
}

interface Revision {
  readonly template: Readonly<Record<Name, Any>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export function worlds(
  { author, first, settings: initial, neighbours }: History,
  watch: (webhook: Webhook) => Webhook,
): Worlds {
  const settings: Settings = { ...initial };
  const own = watch(hitless(settings));
  let called = false;
  const noticed: Webhook = {
    name: own.name,
    get reinvocation() {
      return own.reinvocation;
    },
    answer: (call) => {
      const answer = own.answer(call);
      called ||= answer !== undefined;
      return answer;
    },
  };
  const others = neighbours.map(neighbour);
  const gift = recreateGift(settings);
  const servers: Record<Name, Server> = {
    live: apiServer({ webhooks: () => [noticed, ...others] }),
    shadow: apiServer({ webhooks: () => [gift, ...others] }),
    wrote: apiServer({ webhooks: () => [gift], defaults: false }),
  };
  const clients = clientsOf(author, first);
  const revisions = new Map<string, Revision>();
  let before: Objects | undefined;

  function run(write: Write): Outcome {
    const saved = names.map((name) => servers[name].save());
    const undoAll = () => {
      for (const restore of saved) restore();
    };
    const prepared = clients.prepare(write, servers.live, revisions);
    if (prepared === undefined) return 'skipped';
    called = false;
    for (const name of ['shadow', 'wrote', 'live'] as const) {
      const { refused } = prepared.act(servers[name], name);
      if (refused.length === 0) continue;
      undoAll();
      return name === 'live' ? { refused, called } : 'skipped';
    }
    prepared.keep();
    const after = Object.fromEntries(names.map((name) => [name, servers[name].get()])) as unknown as Objects;
    remember(revisions, after, servers.live);
    const { manifest, applied, merges = false } = prepared;
    const done = { before, after, called, write, manifest, applied, merges };
    before = after;
    return { done };
  }
  return { settings, run };
}

function remember(revisions: Map<string, Revision>, after: Objects, live: Server): void {
  const template = Object.fromEntries(names.map((name) => [name, after[name].spec.template])) as Revision['template'];
  const current = live.revisions().find((revision) => sameJson(revision.template, template.live));
  revisions.set(JSON.stringify(template.live), { template, annotations: current?.annotations ?? {} });
}

/** Under type Recreate a rollingUpdate of defaults that no applier owns goes, where hitless is asked: it passes with us alone. */
function recreateGift(settings: Settings): Webhook {
  return {
    name: 'gift',
    reinvocation: 'Never',
    answer: (call) => {
      const { type, rollingUpdate } = call.object.spec.strategy ?? {};
      if (!isCalled(settings, call) || type !== 'Recreate' || rollingUpdate === undefined) return undefined;
      const owned = call.object.metadata.managedFields.some(
        ({ operation, fieldsV1 }: Any) =>
          operation === 'Apply' && fieldsV1['f:spec']?.['f:strategy']?.['f:rollingUpdate'],
      );
      const defaults = Object.values(rollingUpdate).every((value) => value === '25%');
      return owned || !defaults ? undefined : { patch: [{ op: 'remove', path: '/spec/strategy/rollingUpdate' }] };
    },
  };
}

interface Prepared {
  readonly act: (server: Server, name: Name) => Answer;
  readonly keep: () => void;
  readonly manifest?: Any;
  readonly applied: Done['applied'];
  readonly merges?: boolean;
}

/** The clients, with what each has in its hands. */
function clientsOf(author: Author, first: Fields) {
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
    if (write.kind === 'apply') return apply(write.change, write.by ?? now);
    if (write.kind === 'ops') return applyPart({ ...ops, ...write.change });
    if (write.kind === 'edit')
      return simple((server) => kubectl.edit(server, (object) => editIn(object, write.change)));
    if (write.kind === 'annotate') return simple((server) => kubectl.annotate(server, 'hitless.dev/mode', write.mode));
    if (write.kind === 'label') return simple((server) => kubectl.label(server, 'at', at));
    if (write.kind === 'restart') return simple((server) => kubectl.restart(server, at));
    if (write.kind === 'forget')
      return simple((server) => kubectl.edit(server, (object) => delete object.metadata.annotations));
    return undo(write.to, live, revisions);
  }

  function apply(change: Fields, by: Author): Prepared {
    const next = { ...fields, ...change };
    const manifest = manifestOf(next);
    const last = helmed;
    const act = (server: Server) => {
      if (by === 'client-side') return kubectl.clientSideApply(server, manifest);
      if (by === 'server-side') return kubectl.serverSideApply(server, manifest, { force: true });
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

  function applyPart(next: Fields): Prepared {
    const manifest = partialOf(next);
    const act = (server: Server) => kubectl.serverSideApply(server, manifest, { manager: 'ops', force: true });
    const keep = () => {
      ops = next;
    };
    return { act, keep, manifest, applied: 'server-side' };
  }

  return { prepare };
}

/** To another revision that the live world has, and in the others to what stood there then. */
function undo(to: number, live: Server, revisions: ReadonlyMap<string, Revision>): Prepared | undefined {
  const current = JSON.stringify(live.get().spec.template);
  const others = live.revisions().filter(({ template }) => JSON.stringify(template) !== current);
  const target = others[to % Math.max(1, others.length)];
  const known = target && revisions.get(JSON.stringify(target.template));
  if (target === undefined || known === undefined) return undefined;
  const { [record]: _record, ...annotations } = target.annotations;
  const act = (server: Server, name: Name) =>
    kubectl.undoTo(server, {
      number: target.number,
      template: known.template[name],
      annotations: name === 'live' ? target.annotations : annotations,
    });
  return { act, keep: () => undefined, applied: undefined };
}
