// The annotations and labels under hitless.dev/ of a workload or a Namespace. Those that cannot be read are ignored, each with
// a sentence for its author.

import { group, modeName, recordAnnotation } from '../names.ts';
import { closestWord } from '../text/closest-word.ts';
import { isIntegerWithin, longestDelaySeconds, longestGraceSeconds } from './fields.ts';
import type { Layer } from './layers.ts';
import type { Mode, PartialSpec } from './policy.ts';
import { printable, show } from './validation/field-error.ts';
import { isPortName, isPortNumber } from './validation/names.ts';

type Texts = Readonly<Record<string, string>>;

export const prefix = `${group}/`;

export interface Annotation {
  readonly name: string;
  /** The allowed values, as they follow `write`. */
  readonly allowed: string;
  /** Undefined for a value that is not allowed. */
  readonly read: (text: string) => PartialSpec | undefined;
}

/** The annotations that set a field; a value of 0 or off switches its section off. */
export const annotations: readonly Annotation[] = [
  {
    name: `${prefix}pre-stop-sleep-seconds`,
    allowed: `a whole number from 1 to ${longestDelaySeconds}, or 0 for no sleep`,
    read: (text) => numberOrOff(text, (seconds) => ({ preStopSleep: { seconds } }), 'preStopSleep'),
  },
  {
    name: `${prefix}termination-grace-period-seconds`,
    allowed: `a whole number from 1 to ${longestGraceSeconds}`,
    read: (text) => {
      const seconds = wholeNumberIn(text, 1, longestGraceSeconds);
      return seconds === undefined ? undefined : { terminationGracePeriod: { seconds } };
    },
  },
  {
    name: `${prefix}min-ready-seconds`,
    allowed: `a whole number from 1 to ${longestDelaySeconds}, or 0 for none`,
    read: (text) => numberOrOff(text, (seconds) => ({ minReadySeconds: { seconds } }), 'minReadySeconds'),
  },
  {
    name: `${prefix}readiness-probe`,
    allowed: 'off, tcp:<port> or http:<port><path>, such as tcp:8080 or http:8080/healthz',
    read: readProbe,
  },
];

const known: readonly string[] = [modeName, ...annotations.map(({ name }) => name)];

/** The settings in the annotations of one object. */
export interface ParsedAnnotations {
  /** Undefined when they do not set it. */
  readonly mode: Exclude<Mode, 'enforce'> | undefined;
  readonly layers: readonly Layer[];
  readonly mistakes: readonly string[];
}

/** True when `texts` has a key under hitless.dev/ other than our own record. */
export function mentionsUs(texts: Texts): boolean {
  for (const key in texts) if (key.startsWith(prefix) && key !== recordAnnotation) return true;
  return false;
}

/** `owner`: `Deployment`, or `Namespace shop`. */
export function readAnnotations(texts: Texts, owner: string): ParsedAnnotations {
  const layers: Layer[] = [];
  const wrong: Pair[] = [];
  let mode: ParsedAnnotations['mode'];
  for (const [name, text] of ours(texts)) {
    const spec = annotations.find((annotation) => annotation.name === name)?.read(text);
    if (spec !== undefined) layers.push({ origin: `${owner} annotation ${name}`, spec, activates: true });
    else if (name === modeName && (text === 'off' || text === 'audit')) mode = text;
    else wrong.push([name, text]);
  }
  const mistakes = firstOf(wrong, owner, ([name, text]) =>
    annotationMistake(`${owner} annotation ${printable(name)}`, name, text),
  );
  return { mode, layers, mistakes };
}

type Pair = readonly [name: string, text: string];

function ours(texts: Texts): readonly Pair[] {
  const found: Pair[] = [];
  for (const key in texts) if (key.startsWith(prefix) && key !== recordAnnotation) found.push([key, texts[key] ?? '']);
  return found;
}

// An object can have thousands of them: more sentences and suggestions than this would not be read.
const mostTold = 20;

function firstOf(pairs: readonly Pair[], owner: string, sentence: (pair: Pair) => string): readonly string[] {
  const told = pairs.slice(0, mostTold).map(sentence);
  const rest = pairs.length - told.length;
  return rest === 0 ? told : [...told, `${owner}: ${rest} more annotations or labels under ${prefix} are ignored.`];
}

function annotationMistake(origin: string, name: string, text: string): string {
  const annotation = annotations.find((one) => one.name === name);
  if (annotation !== undefined) return `${origin} is ${show(text)} and is ignored: write ${annotation.allowed}.`;
  if (name !== modeName) return `${origin} is unknown and is ignored${hint(name)}`;
  if (text === 'enforce') {
    return `${origin} is "enforce" and is ignored: only the label ${modeName} of the Namespace enforces; write off or audit.`;
  }
  return `${origin} is ${show(text)} and is ignored: write off or audit${question(closestWord(String(text), ['off', 'audit']))}`;
}

function hint(name: string): string {
  const suggestion = closestWord(name.slice(prefix.length), known.map(shortName));
  return suggestion === undefined ? `: the known ones are ${known.join(', ')}.` : question(`${prefix}${suggestion}`);
}

function shortName(name: string): string {
  return name.slice(prefix.length);
}

function question(suggestion: string | undefined): string {
  return suggestion === undefined ? '.' : `; did you mean ${suggestion}?`;
}

/** Labels of a workload are not read; users write them in place of annotations. `owner`: its kind. */
export function workloadLabelMistakes(labels: Texts, owner: string): readonly string[] {
  const sentence = ([name]: Pair) => `${owner} label ${printable(name)} is not read: write it as an annotation.`;
  return firstOf(ours(labels), owner, sentence);
}

/** The only label of a Namespace that is read is its mode, which selects the webhook. */
export function namespaceLabelMistakes(labels: Texts, owner: string): readonly string[] {
  const wrong = ours(labels).filter(([name, text]) => name !== modeName || (text !== 'enforce' && text !== 'audit'));
  return firstOf(wrong, owner, ([name, text]) => {
    const origin = `${owner} label ${printable(name)}`;
    if (known.includes(name) && name !== modeName) return `${origin} is not read: write it as an annotation.`;
    if (name !== modeName) return `${origin} is unknown and is ignored${hint(name)}`;
    return `${origin} is ${show(text)}: write enforce or audit, or remove it${question(closestWord(String(text), ['enforce', 'audit']))}`;
  });
}

function numberOrOff(
  text: string,
  setting: (seconds: number) => PartialSpec,
  section: 'preStopSleep' | 'minReadySeconds',
): PartialSpec | undefined {
  const seconds = wholeNumberIn(text, 0, longestDelaySeconds);
  if (seconds === 0) return { [section]: { action: 'off' } };
  return seconds === undefined ? undefined : setting(seconds);
}

function wholeNumberIn(text: string, minimum: number, maximum: number): number | undefined {
  if (!/^\s*\d{1,9}\s*$/.test(text)) return undefined;
  const value = Number(text);
  return isIntegerWithin(value, minimum, maximum) ? value : undefined;
}

function readProbe(text: string): PartialSpec | undefined {
  if (text === 'off') return { readinessProbe: { action: 'off' } };
  const [, kind, written = '', path = ''] = /^(tcp|http):([^/\s]+)(\/[^\s\p{Cc}]*)?$/u.exec(text) ?? [];
  const port = portIn(written);
  if (port === undefined || (kind === 'http') !== (path !== '')) return undefined;
  const handler = kind === 'http' ? { httpGet: { path, port } } : { tcpSocket: { port } };
  return { readinessProbe: { handler } };
}

function portIn(text: string): number | string | undefined {
  if (/^\d{1,5}$/.test(text)) return isPortNumber(Number(text)) ? Number(text) : undefined;
  return isPortName(text) ? text : undefined;
}
