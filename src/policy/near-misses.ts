// Annotations and labels that were meant for hitless and that nobody reads: under another prefix, without one, or in a place where
// only the other of the two counts. Only keys that contain "hitless" are looked at.

import { group, ignorePrefix, modeName, recordAnnotation } from '../names.ts';
import { closestWord } from '../text/closest-word.ts';
import { printable } from './validation/field-error.ts';

type Texts = Readonly<Record<string, string>>;

const prefix = `${group}/`;

/** True when `texts` has a key that may be meant for us, other than our own record. A cheap look: every request comes by here. */
export function mentionsUs(texts: Texts): boolean {
  for (const key in texts) if (key.includes('itless') && key !== recordAnnotation) return true;
  return false;
}

/** Where texts stand: in the labels of a Namespace, which opt it in, or where the mode can only be lowered. */
export interface Standing {
  /** `Deployment annotation`. */
  readonly origin: string;
  readonly known: readonly string[];
  readonly optsIn?: boolean;
  /** How the sentence ends for the name that was meant, if not with a question. */
  readonly advice?: (meant: string) => string | undefined;
}

/** One sentence for each key of `texts` that is not under our prefix but was meant to be. */
export function foreignNames(texts: Texts, standing: Standing): readonly string[] {
  const { origin, advice = () => undefined } = standing;
  const found: string[] = [];
  let examined = 0;
  for (const key in texts) {
    if (!key.includes('itless') || key.startsWith(prefix) || key.startsWith(ignorePrefix)) continue;
    examined += 1;
    if (examined > mostExamined) break;
    const meant = meantName(key, texts[key] ?? '', standing);
    if (meant === undefined) continue;
    found.push(`${origin} ${printable(key)} is not read${advice(meant) ?? `; did you mean ${meant}?`}`);
    if (found.length === mostTold) break;
  }
  return found;
}

// More would not be read.
const mostTold = 20;
// Finding what was meant takes some microseconds, and an object can have thousands of keys.
const mostExamined = 100;

/**
 * Domains that were meant to be ours: `hitless`, `hitless.io`, `hitless.dev.io`, `hitless.k8s.io`, `x.hitless.dev`. One such as
 * hitless.example.com is more probably about something else that is hitless.
 */
const ourDomain = /^(?:hitless(?:\.[a-z0-9-]+|\.dev\..+|\.(?:kubernetes|k8s|x-k8s)\.io)?|.+\.hitless\.dev)$/is;

/** The same for rules to ignore: `ignore.hitless.io`. */
const ignoreDomain = /^ignore\.hitless(?:\.[a-z0-9-]+|\.dev\..+)?$/is;

/** The name that `key` was meant to be: `hitless.io/mode`, `hitless/mode`, `hitless-mode`, `Hitless.dev/Mode`. */
function meantName(key: string, text: string, { known, optsIn = false }: Standing): string | undefined {
  const slash = key.lastIndexOf('/');
  if (!optsIn && ignoreDomain.test(key.slice(0, Math.max(slash, 0))))
    return `${ignorePrefix}${printable(key.slice(slash + 1))}`;
  if (slash >= 0 && !ourDomain.test(key.slice(0, slash))) return undefined;
  const name = slash >= 0 ? key.slice(slash + 1) : key.replace(/^hitless(?:[-_.]?dev)?(?=$|[-_.:])[-_.:]?/i, '');
  if (slash < 0 && name === key) return undefined;
  const mode = modeMeant(text);
  // A key `hitless` alone is one of ours only with a value of ours: it may as well name a product.
  if (name === '') return mode === 'audit' || (optsIn && mode === 'enforce') ? modeName : undefined;
  const short = closestWord(
    name,
    known.map((one) => one.slice(prefix.length)),
  );
  if (short === undefined) return undefined;
  // Other things have modes as well, with values of their own.
  const isOff = !optsIn && text.trim().toLowerCase() === 'off';
  return `${prefix}${short}` === modeName && mode === undefined && !isOff ? undefined : `${prefix}${short}`;
}

/** Beside the modes themselves. The chart's ValidatingAdmissionPolicy has the same. */
export const modeWords: Readonly<Record<string, 'enforce' | 'audit'>> = {
  ...{ true: 'enforce', on: 'enforce', yes: 'enforce', 1: 'enforce', enable: 'enforce', enabled: 'enforce' },
  ...{ inject: 'enforce', patch: 'enforce', active: 'enforce', fill: 'enforce' },
  ...{ warn: 'audit', report: 'audit', 'dry-run': 'audit', dryrun: 'audit', test: 'audit', observe: 'audit' },
};

/** The mode of a namespace that a value was probably meant to be; undefined for one that rather means neither, such as `off`. */
export function modeMeant(text: string): 'enforce' | 'audit' | undefined {
  const word = text.trim().toLowerCase();
  if (Object.hasOwn(modeWords, word)) return modeWords[word];
  return closestWord(word, ['enforce', 'audit']) as 'enforce' | 'audit' | undefined;
}
