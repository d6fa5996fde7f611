// Mutating admission: the webhooks in order, defaults after each patch, and the second round for those with
// reinvocationPolicy IfNeeded (k8s.io/apiserver admission/plugin/webhook/mutating).

import jsonPatch from 'fast-json-patch';
import { copy } from './copy.ts';
import { sameJson } from './typed.ts';

// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
type Any = any;

export interface Call {
  readonly object: Any;
  readonly old: Any | undefined;
  /** Of the request's options; not every client names itself. */
  readonly fieldManager?: string;
}

export interface Webhook {
  readonly name: string;
  readonly reinvocation: 'Never' | 'IfNeeded';
  /** Must not change what it is given. Undefined: away, and failurePolicy is Ignore. */
  readonly answer: (
    call: Call,
  ) => { readonly patch: readonly jsonPatch.Operation[]; readonly warnings?: readonly string[] } | undefined;
}

/** The object as all webhooks left it. */
export function admitted(call: Call, webhooks: readonly Webhook[], complete: (object: Any) => Any) {
  let object = call.object;
  let warnings: readonly string[] = [];
  const called = new Set<Webhook>();
  const again = new Set<Webhook>();
  let changed = false;
  const round = (hooks: readonly Webhook[]) => {
    for (const hook of hooks) {
      const answer = hook.answer({ ...call, object });
      if (answer === undefined) continue;
      warnings = [...new Set([...warnings, ...(answer.warnings ?? [])])];
      const next = patched(object, answer.patch, complete);
      if (!sameJson(next, object)) {
        changed = true;
        for (const earlier of called) again.add(earlier);
        called.clear();
      }
      object = next;
      if (hook.reinvocation === 'IfNeeded') called.add(hook);
    }
  };
  round(webhooks);
  if (changed && again.size > 0) secondRound();
  return { object, warnings };

  // A webhook joins the second round while it runs when one before it changes the object once more.
  function secondRound(): void {
    for (const hook of webhooks) if (again.has(hook)) round([hook]);
  }
}

/** managedFields stay as they were computed before admission, unless a webhook wrote them. */
function patched(object: Any, patch: readonly jsonPatch.Operation[], complete: (object: Any) => Any): Any {
  if (patch.length === 0) return object;
  const { newDocument } = jsonPatch.applyPatch(copy(object), copy(patch) as jsonPatch.Operation[], true);
  return complete(newDocument);
}
