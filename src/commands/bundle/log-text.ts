// The log of a pod as it may be shown: of each line the fields that hold nothing but names, numbers and words of hitless.

import { isObject, type JsonObject } from '../../workload/json.ts';
import { date, oneOfWords, redacted } from './keep.ts';
import { hiddenFields, levels, logFields, type ShownLine } from './log-fields.ts';
import { logMessages } from './log-messages.ts';

/** A line of the webhook is much shorter. */
const longestLine = 64 * 1024;

/** JSON, one line each; `lines` as the pod wrote them. Lines that are not of hitless are counted where they stand. */
export function logText(lines: readonly string[]): string {
  const shown: ShownLine[] = [];
  let foreign = 0;
  const flush = () => {
    if (foreign > 0) shown.push({ leftOut: foreign });
    foreign = 0;
  };
  for (const line of lines) {
    const found = shownLine(line);
    if (found === undefined) foreign += 1;
    else {
      flush();
      shown.push(found);
    }
  }
  flush();
  return shown.map((line) => `${JSON.stringify(line)}\n`).join('');
}

/** Undefined for a line that the webhook did not write. */
function shownLine(line: string): ShownLine | undefined {
  const found = line.length > longestLine ? undefined : parsed(line);
  if (found === undefined) return undefined;
  const { level = '', time = '', message, ...rest } = found;
  if (!levels.includes(`${level}`)) return undefined;
  const isKnown = typeof message === 'string' && logMessages.has(message);
  return {
    level: oneOfWords(levels)(level),
    time: date(time),
    ...shownFields(rest),
    message: isKnown ? message : redacted,
  };
}

function parsed(line: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function shownFields(found: JsonObject): ShownLine {
  let unknown = 0;
  const shown = Object.entries(found).flatMap(([name, value]) => {
    if (value === undefined || value === null) return [];
    const keep = Object.hasOwn(logFields, name) ? logFields[name] : undefined;
    if (keep !== undefined) return [[name, keep(value)] as const];
    if (hiddenFields.includes(name)) return [[name, redacted] as const];
    unknown += 1;
    return [];
  });
  return { ...Object.fromEntries(shown), ...(unknown > 0 && { otherFields: unknown }) };
}
