// Of an error in the log: what kind of error it is, and where in the code of hitless it happened. Its message may quote anything.

import { isObject, type Json } from '../../workload/json.ts';
import { type Keep, oneOfWords, redacted } from './keep.ts';

const errorType = oneOfWords(['Error', 'TypeError', 'RangeError', 'SyntaxError', 'ReferenceError', 'AggregateError']);
const mostPlaces = 20;

/** { type, at: [place] }, the innermost place first. */
export const stackOf: Keep = (value) => {
  if (!isObject(value)) return redacted;
  const { type, message, stack } = value;
  const at = typeof stack === 'string' ? placesIn(afterMessage(stack, message)) : [];
  return { ...(type !== undefined && { type: errorType(type) }), message: redacted, at };
};

/** A message of several lines could look like places. */
function afterMessage(stack: string, message: Json | undefined): string {
  if (typeof message !== 'string' || message === '') return stack;
  const start = stack.indexOf(message);
  return start === -1 ? '' : stack.slice(start + message.length);
}

function placesIn(stack: string): readonly string[] {
  const lines = stack.split('\n').filter((line) => line.startsWith('    at '));
  return lines.slice(0, mostPlaces).map((line) => ownPlace(line) ?? nodePlace(line) ?? redacted);
}

/** `dist/server/mutate.js:63:20`, wherever the package is. */
function ownPlace(line: string): string | undefined {
  const start = Math.max(...['/dist/', '/node_modules/'].map((folder) => line.lastIndexOf(folder)));
  const place = line.slice(start + 1).replace(/\)$/, '');
  return start === -1 || !/^[\w./@-]+:\d+:\d+$/.test(place) ? undefined : place;
}

function nodePlace(line: string): string | undefined {
  const place = line.slice(line.lastIndexOf('(') + 1).replace(/\)$/, '');
  return /^node:[a-z_/]+:\d+:\d+$/.test(place) ? place : undefined;
}
