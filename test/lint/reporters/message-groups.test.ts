// Which messages become one sentence, and what that sentence shows.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { groupMessages } from '../../../src/lint/reporters/message-groups.ts';

const groupsOf = (...messages: readonly string[]) =>
  groupMessages(messages.map((message) => ({ message }))).map(({ sentence, members }) => [sentence, members.length]);

describe('messages', () => {
  it('that differ by names and numbers are one sentence, which keeps what they share', () => {
    expect(
      groupsOf(
        'container web gets SIGTERM: sleep 10 s first. Service a-b, port http',
        'container api.v1 gets SIGTERM: sleep 10 s first. Service c, port 8080',
      ),
    ).toEqual([['container … gets SIGTERM: sleep 10 s first. Service …, port …', 2]]);
  });

  it('that are equal are shown as they are', () => {
    const message = 'a grace period of 5 s is short, container web';
    expect(groupsOf(message, message)).toEqual([[message, 2]]);
  });

  it.each([
    ['a key in brackets', 'spec.containers[web].image is x', 'spec.containers[db].image is x'],
    ['what is in quotes', 'found string "2": remove', 'found string "a b": remove'],
    ['percentages and lists of digits', 'maxSurge 25% of 1,000', 'maxSurge 5% of 2'],
    ['the file of an overlay', 'left to the overlay at a/b.yaml, which', 'left to the overlay at c.yaml, which'],
  ])('that differ by %s are one sentence', (_, one, two) => {
    expect(groupsOf(one, two)).toHaveLength(1);
  });

  it('that differ in a word stay apart', () => {
    expect(groupsOf('set maxSurge 1', 'set maxUnavailable 1')).toHaveLength(2);
  });

  it('that differ in the word behind a noun stay apart', () => {
    expect(groupsOf('the Service that selects them', 'the Service which selects them')).toHaveLength(2);
    expect(groupsOf('the only container gets it', 'the only container keeps it')).toHaveLength(2);
    expect(groupsOf('port is closed', 'port may be closed', 'port http is closed')).toHaveLength(3);
  });

  it('of docs/rules.md have no word behind a noun that is taken for a name', () => {
    const rules = readFileSync('docs/rules.md', 'utf8');
    const messages = Array.from(rules.matchAll(/^\| `([^`]+)` \|/gm), ([, message]) => message ?? '');
    const behind = /\b(container|Service|port|volume|claim|image|Namespace|PodDisruptionBudget|Rollout) ([a-z]+)\b/g;
    const found = messages.flatMap((message) =>
      Array.from(message.matchAll(behind), ([, noun, word]) => ({ noun, word })),
    );
    expect(found.length).toBeGreaterThan(5);
    const taken = found.filter(({ noun, word }) => groupsOf(`${noun} ${word} x`, `${noun} y-1 x`).length === 1);
    expect(taken).toEqual([]);
  });

  it('of the largest group come first, of equal ones by the alphabet, whatever the order was', () => {
    const messages = ['b once', 'c 1', 'a once', 'c 2'];
    const expected = [
      ['c …', 2],
      ['a once', 1],
      ['b once', 1],
    ];
    expect(groupsOf(...messages)).toEqual(expected);
    expect(groupsOf(...messages.toReversed())).toEqual(expected);
  });

  it('that are empty or none are no trouble', () => {
    expect(groupsOf()).toEqual([]);
    expect(groupsOf('', '')).toEqual([['', 2]]);
  });
});
