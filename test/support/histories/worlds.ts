// Each history runs in three worlds at once: live, with hitless; the shadow, the same cluster without it; and one that only
// holds what somebody wrote, without defaults. The last two say what is the author's.

import type { Webhook } from '../cluster/admission.ts';
import { hitless, isCalled, type Settings } from '../cluster/hitless.ts';
import { deployment } from '../cluster/kinds/deployment.ts';
import type { ModelKind } from '../cluster/model-kind.ts';
import { neighbour } from '../cluster/neighbours.ts';
import { apiServer, type Server } from '../cluster/server.ts';
import { sameJson } from '../cluster/typed.ts';
import { clientsOf } from './clients.ts';
import type { History, Write } from './steps.ts';

// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
type Any = any;

export type Name = 'live' | 'shadow' | 'wrote';
export type Objects = Readonly<Record<Name, Any>>;
export const names: readonly Name[] = ['live', 'shadow', 'wrote'];

export interface Done {
  readonly model: ModelKind;
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
  /** The record of the revision that `rollout undo` went back to. */
  readonly brought: string | undefined;
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

export interface Revision {
  readonly template: Readonly<Record<Name, Any>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export function worlds(
  { model = deployment, author, first, settings: initial, neighbours }: History,
  watch: (webhook: Webhook) => Webhook,
): Worlds {
  const settings: Settings = { ...initial };
  const own = watch(hitless(settings, model));
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
  const gift = model === deployment ? [recreateGift(settings)] : [];
  const servers: Record<Name, Server> = {
    live: apiServer({ model, webhooks: () => [noticed, ...others] }),
    shadow: apiServer({ model, webhooks: () => [...gift, ...others] }),
    wrote: apiServer({ model, webhooks: () => gift, defaults: false }),
  };
  const clients = clientsOf(model, author, first);
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
    const { manifest, applied, merges = false, brought } = prepared;
    const done = { model, before, after, called, write, manifest, applied, merges, brought };
    before = after;
    return { done };
  }
  return { settings, run };
}

function remember(revisions: Map<string, Revision>, after: Objects, live: Server): void {
  const { revisionTemplate } = live.model;
  const template = Object.fromEntries(
    names.map((name) => [name, revisionTemplate(after[name])]),
  ) as Revision['template'];
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
