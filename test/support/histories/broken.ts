// Plays a history, and says which promises it breaks.

import jsonPatch from 'fast-json-patch';
import type { Call, Webhook } from '../cluster/admission.ts';
import { copy } from '../cluster/copy.ts';
import { recordOf } from '../cluster/hitless.ts';
import { deployment } from '../cluster/kinds/deployment.ts';
import { judge } from './invariants.ts';
import type { History } from './steps.ts';
import { worlds } from './worlds.ts';

// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
type Any = any;

/** Asks again for what it just answered: there must be nothing to add. */
function planningTwice(broken: string[], { model = deployment, neighbours }: History): (webhook: Webhook) => Webhook {
  return (webhook) => ({
    name: webhook.name,
    get reinvocation() {
      return webhook.reinvocation;
    },
    answer: (call) => {
      const answer = webhook.answer(call);
      if (answer === undefined || answer.patch.length === 0) return answer;
      const object = jsonPatch.applyPatch(copy(call.object), copy(answer.patch) as never).newDocument;
      const second = webhook.answer({ ...call, object: model.decoded(object) });
      if (neighbours.length > 0 && looksFollowed(call, object)) return answer;
      const mayAdd = forgetsUndo(call, object) ? /^\/(spec\/template|metadata\/annotations)\b/ : /^$/;
      for (const { op, path } of second?.patch ?? [])
        if (!mayAdd.test(path)) broken.push(`planned twice: ${op} ${path}`);
      return answer;
    },
  });
}

/**
 * `rollout undo` to a revision of which nothing is ours any more: once the first call has taken its record away, the template is the
 * same as that of a client which drops our annotation.
 */
function forgetsUndo({ fieldManager, object }: Call, answered: Any): boolean {
  return fieldManager === undefined && recordOf(object) !== undefined && recordOf(answered) === undefined;
}

/**
 * A value that is raised once more, with the record of before: if what another webhook changes is not in the object yet, it is the
 * same as after an author wrote the raised value as the warning asks. The API server asks again only when it is in.
 */
function looksFollowed({ old }: Call, answered: Any): boolean {
  return old !== undefined && recordOf(old) === recordOf(answered) && recordOf(old)?.includes('"was"') === true;
}

/** The first promises that a history breaks, with the number of its write. */
export function broken(told: History): readonly string[] {
  const found: string[] = [];
  const { settings, run } = worlds(told, planningTwice(found, told));
  const { judge: judged, mayRefuse } = judge(told);
  const writes = [{ write: { kind: 'apply' as const, change: {} }, settings: {} }, ...told.steps];
  for (const [index, step] of writes.entries()) {
    Object.assign(settings, { away: false }, step.settings);
    const outcome = run(step.write);
    if (outcome === 'skipped') continue;
    if ('refused' in outcome) {
      // Without the webhook nobody can take our fields out of the way.
      if (outcome.called && !mayRefuse()) found.push(`refused with us alone: ${outcome.refused.join('; ')}`);
    } else found.push(...judged(outcome.done, { ...settings }));
    if (found.length > 0) return found.map((text) => `write ${index}: ${text}`);
  }
  return found;
}
