// Rules that annotations or a configuration tell to ignore: the section of such a rule is off, whatever other layers say, unless a policy locks it.

import { ignorePrefix } from '../names.ts';
import { type Draft, put } from './layers.ts';
import { type IgnoredSetting, ignoredLayer } from './locks.ts';
import type { FieldOrigin, PolicySection } from './policy.ts';
import { sections } from './sections.ts';
import { printable } from './validation/field-error.ts';

/** A rule that an annotation or a configuration tells to ignore, or a name that no rule has. */
export interface RuleIgnore {
  /** `pre-stop-sleep`. */
  readonly rule: string;
  /** `Namespace shop annotation ignore.hitless.dev/pre-stop-sleep`, or a line of the configuration. */
  readonly origin: FieldOrigin;
  /** True where a configuration says so. */
  readonly configured?: true;
  /** On one line; absent where none was given. */
  readonly reason?: string;
}

/** By rule. */
export type RuleIgnores = ReadonlyMap<string, RuleIgnore>;

/** `owner`: `Deployment`, or `Namespace shop`. Undefined for none. */
export function readIgnores(texts: Readonly<Record<string, string>>, owner: string): RuleIgnores | undefined {
  let found: Map<string, RuleIgnore> | undefined;
  for (const key in texts) {
    if (!key.startsWith(ignorePrefix) || found?.size === mostRead) continue;
    const rule = key.slice(ignorePrefix.length);
    const reason = reasonIn(texts[key] ?? '');
    found ??= new Map();
    found.set(rule, { rule, origin: `${owner} annotation ${printable(key)}`, ...(reason !== '' && { reason }) });
  }
  return found;
}

// Many times the number of rules: of the same object, more are read in vain.
const mostRead = 100;

// As much of an annotation of a Namespace as the webhook remembers.
const longestReason = 1024;

function reasonIn(text: string): string {
  return text.slice(0, longestReason).trim().replace(/\s+/g, ' ');
}

/** What `ignore-pre-stop-sleep` or `ignore` under the prefix of all other annotations was meant to be. */
export function ignoreMeant(short: string): string | undefined {
  const found = /^ignore[ds]?(?:[-._](.+))?$/i.exec(short);
  return found === null ? undefined : `${ignorePrefix}${printable(found[1] ?? '<rule>')}`;
}

/** `layers`: the weakest first; of a rule the strongest one counts. Without `except`. Undefined for none. */
export function mergedIgnores(layers: readonly (RuleIgnores | undefined)[], except?: string): RuleIgnores | undefined {
  const some = layers.filter((one) => one !== undefined);
  if (some.length === 0) return undefined;
  const merged = new Map(some.flatMap((one) => [...one]));
  if (except !== undefined) merged.delete(except);
  return merged.size === 0 ? undefined : merged;
}

export interface Heeded {
  /** Those that count; undefined for none. */
  readonly ignores: RuleIgnores | undefined;
  /** One for each that a lock keeps from its rule. */
  readonly locked: readonly IgnoredSetting[];
}

/** Switches the sections of ignored rules off in `draft`, above all of its layers. */
export function heedIgnores(draft: Draft, ignores: RuleIgnores | undefined): Heeded {
  if (ignores === undefined) return { ignores, locked: [] };
  const counting = new Map(ignores);
  const locked: IgnoredSetting[] = [];
  for (const { rule, origin } of ignores.values()) {
    const section = sectionOf(rule);
    if (section === undefined) continue;
    const lock = draft.locks?.get(`${section}.action`);
    if (lock === undefined) put(draft, `${section}.action`, 'off', origin);
    else {
      counting.delete(rule);
      locked.push(ignoredLayer(origin, lock));
    }
  }
  return { ignores: counting.size === 0 ? undefined : counting, locked };
}

/** A section is called as the rule that it switches: preStopSleep for pre-stop-sleep. */
function sectionOf(rule: string): PolicySection | undefined {
  return sections.find((section) => section.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`) === rule);
}
