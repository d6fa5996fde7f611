// The annotations under hitless.dev/ of a workload or a Namespace. Those that cannot be read are ignored, each with a sentence for
// its author.

import { group, ignorePrefix, modeName, recordAnnotation } from '../names.ts';
import { closestWord } from '../text/closest-word.ts';
import {
  allowedValues,
  isIntegerWithin,
  isIntOrPercent,
  longestDelaySeconds,
  longestGraceSeconds,
  sectionTable,
} from './fields.ts';
import { ignoreMeant, type RuleIgnores, readIgnores } from './ignores.ts';
import type { Layer } from './layers.ts';
import { foreignNames } from './near-misses.ts';
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
    allowed: `a whole number from 1 to ${longestDelaySeconds}, auto, or 0 for no sleep`,
    read: (text) =>
      text.trim() === 'auto'
        ? { preStopSleep: { seconds: 'auto' } }
        : numberOrOff(text, (seconds) => ({ preStopSleep: { seconds } }), 'preStopSleep'),
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
  podLimit('maxUnavailable', `${prefix}max-unavailable`),
  podLimit('maxSurge', `${prefix}max-surge`),
];

/** `name`: of the annotation for a limit of the rolling update. */
function podLimit(limit: 'maxUnavailable' | 'maxSurge', name: string): Annotation {
  const field = sectionTable.rollingUpdate.fields[limit];
  return {
    name,
    allowed: allowedValues(field),
    read: (text) => {
      const written = text.trim();
      const value = /^\d{1,10}$/.test(written) ? Number(written) : written;
      const isAllowed = field.kind === 'int-or-percent' && isIntOrPercent(value, field.maximumPercent);
      return isAllowed ? { rollingUpdate: { [limit]: value } } : undefined;
    },
  };
}

/** The names that are read. */
export const knownNames: readonly string[] = [modeName, ...annotations.map(({ name }) => name)];

/** The settings in the annotations of one object. */
export interface ParsedAnnotations {
  /** Undefined when they do not set it. */
  readonly mode: Exclude<Mode, 'enforce'> | undefined;
  readonly layers: readonly Layer[];
  /** Absent where they ignore no rule. */
  readonly ignores?: RuleIgnores;
  readonly mistakes: readonly string[];
}

/** `owner`: `Deployment`, or `Namespace shop`. */
export function readAnnotations(texts: Texts, owner: string): ParsedAnnotations {
  const layers: Layer[] = [];
  const wrong: NamedText[] = [];
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
  const foreign = foreignNames(texts, { origin: `${owner} annotation`, known: knownNames });
  const ignores = readIgnores(texts, owner);
  return {
    ...{ mode, layers, mistakes: foreign.length === 0 ? mistakes : [...mistakes, ...foreign] },
    ...(ignores !== undefined && { ignores }),
  };
}

export type NamedText = readonly [name: string, text: string];

/** Those of `texts` under our prefix, other than our own record; with `ignores`, also those that tell to ignore a rule. */
export function ours(texts: Texts, ignores: 'with ignores' | 'alone' = 'alone'): readonly NamedText[] {
  const found: NamedText[] = [];
  for (const key in texts) {
    const isOurs = key.startsWith(prefix) || (ignores === 'with ignores' && key.startsWith(ignorePrefix));
    if (isOurs && key !== recordAnnotation) found.push([key, texts[key] ?? '']);
  }
  return found;
}

// An object can have thousands of them: more sentences and suggestions than this would not be read.
const mostTold = 20;

export function firstOf(
  pairs: readonly NamedText[],
  owner: string,
  sentence: (pair: NamedText) => string,
): readonly string[] {
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

/** How a sentence about an unknown name under our prefix ends. */
function hint(name: string): string {
  const suggestion = ignoreMeant(shortName(name)) ?? nearestName(name);
  return suggestion === undefined ? `: the known ones are ${knownNames.join(', ')}.` : question(suggestion);
}

/** What a name under our prefix was meant to be. */
export function nearestName(name: string): string | undefined {
  const suggestion = closestWord(name.slice(prefix.length), knownNames.map(shortName));
  return suggestion === undefined ? undefined : `${prefix}${suggestion}`;
}

function shortName(name: string): string {
  return name.slice(prefix.length);
}

function question(suggestion: string | undefined): string {
  return suggestion === undefined ? '.' : `; did you mean ${suggestion}?`;
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
