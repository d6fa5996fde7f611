// The messages that a bundle knows are those that the webhook logs, and the reasons of its decisions are shown.

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { admit } from '../../../src/admission/admit.ts';
import { readReview } from '../../../src/admission/review.ts';
import { screen } from '../../../src/admission/skip.ts';
import { emptyClusterState } from '../../../src/cluster-state/compose.ts';
import { logFields } from '../../../src/commands/bundle/log-fields.ts';
import { logMessages } from '../../../src/commands/bundle/log-messages.ts';
import { literalsOf } from '../../docs/messages.ts';
import { kindOf } from '../../docs/operators.ts';

const modes = ['enforce', 'audit'] as const;
const source = join(import.meta.dirname, '../../../src');
const files = globSync('**/*.ts', { cwd: source }).filter((file) => !file.startsWith('commands/bundle/'));
const literals = files.flatMap((file) =>
  literalsOf(readFileSync(join(source, file), 'utf8')).map((literal) => ({ file: `src/${file}`, ...literal })),
);

describe('the messages of the log', () => {
  it('are all known', () => {
    const logged = literals.filter((one) => kindOf(one.file, one)?.name === 'log lines').map(({ text }) => text);
    expect(logged.length).toBeGreaterThan(40);
    expect(logged.filter((text) => !logMessages.has(text))).toEqual([]);
  });

  it('that are known are all in the source', () => {
    const texts = new Set(literals.map(({ text }) => text));
    expect([...logMessages].filter((text) => !texts.has(text))).toEqual([]);
  });
});

const reviews = join(import.meta.dirname, '../../reviews');

it('the reasons of decisions on recorded reviews are shown whole', () => {
  const reasons = globSync('*/review.json', { cwd: reviews }).flatMap((file) => {
    const request = screen(readReview(JSON.parse(readFileSync(join(reviews, file), 'utf8'))));
    const decided = modes.map((mode) => admit(request, emptyClusterState, mode));
    // The others quote the request.
    return decided.filter(({ decision }) => decision !== 'skipped').map(({ reason }) => reason);
  });
  expect(new Set(reasons).size).toBeGreaterThan(5);
  // Which policy decides that a kind is only reported is quoted.
  const quoted = /\w+ are only reported: .*/;
  for (const reason of reasons) expect(logFields.reason?.(reason)).toBe(reason.replace(quoted, '[redacted]'));
});
