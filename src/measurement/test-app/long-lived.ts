// Long-lived conversations, WebSockets and streams, and their end: first requested from the client, later enforced after an answer.

import { work } from './clock.ts';

export interface Conversation {
  /** Asks the client to send nothing more here and to end it. */
  readonly sayDraining: () => void;
  readonly end: () => void;
}

export interface Talk {
  /** A message came. False: it is too late for it, and it gets no answer. */
  readonly begin: () => boolean;
  readonly answered: () => void;
  /** The client ends it, and waits for the answers it is owed. */
  readonly endAfterAnswers: () => void;
  readonly gone: () => void;
}

export interface Conversations {
  readonly join: (conversation: Conversation) => Talk;
  /** Asks every client to end; half of `drainMs` later ends each behind its next answer, and after all of it the silent ones. */
  readonly leave: (drainMs: number) => Promise<void>;
  readonly open: () => number;
}

interface Joined extends Conversation {
  unanswered: number;
  ending: boolean;
  ended: boolean;
}

export function openConversations(): Conversations {
  const all = new Set<Joined>();
  let stage: 'serving' | 'draining' | 'ending' | 'last' = 'serving';
  const endIfAnswered = (one: Joined) => {
    if (one.unanswered > 0 || one.ended) return;
    one.ended = true;
    one.end();
  };
  return {
    join: (conversation) => {
      const one: Joined = { ...conversation, unanswered: 0, ending: false, ended: false };
      all.add(one);
      if (stage !== 'serving') one.sayDraining();
      // What came later than the silent ones were ended.
      if (stage === 'last') setImmediate(endIfAnswered, one);
      return {
        begin: () => {
          if (one.ended || stage === 'last') return false;
          one.unanswered += 1;
          return true;
        },
        answered: () => {
          one.unanswered -= 1;
          // Not before messages that are here already, unread, have been seen.
          if (one.ending || stage === 'ending' || stage === 'last') setImmediate(endIfAnswered, one);
        },
        endAfterAnswers: () => {
          one.ending = true;
          endIfAnswered(one);
        },
        gone: () => void all.delete(one),
      };
    },
    leave: async (drainMs) => {
      stage = 'draining';
      for (const one of all) one.sayDraining();
      await work(drainMs / 2);
      stage = 'ending';
      await work(drainMs / 2);
      stage = 'last';
      for (const one of all) endIfAnswered(one);
    },
    open: () => all.size,
  };
}
