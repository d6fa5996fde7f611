// Long-lived conversations: each holds one socket or stream, sends messages on it and waits for the answer with the same id.

import { pause } from '../../timing.ts';
import { type RequestLoss, timedOut } from './classify.ts';
import type { Attempt, Client } from './client.ts';
import { deadline } from './deadline.ts';

/** One socket or stream, from its opening to its end. */
export interface LongLivedChannel {
  /** Sends a message, or queues it until that is possible. */
  readonly send: (id: string) => void;
  /** Whether another message may be sent on it, as far as it knows. */
  readonly usable: () => boolean;
  /** A graceful close: nothing is in progress any more. */
  readonly close: () => void;
  /** At once. */
  readonly abort: () => void;
}

/** Events of a channel. */
export interface ChannelEvents {
  readonly opened: () => void;
  readonly answered: (id: string, pod: string | undefined) => void;
  /** The server is shutting down: it answers what it has received, and must not get anything more. */
  readonly draining: () => void;
  /** Called once, at the latest after an abort, never within `open`. `loss` applies to unanswered messages. */
  readonly ended: (loss: RequestLoss) => void;
}

/** Opens the channel of one slot. */
export type Open = (slot: number, events: ChannelEvents) => LongLivedChannel;

const closeMs = 500;

/** `connections` channels, each opened by the first message that needs it; messages go to them in turn. */
export function longLivedClient(open: Open, connections: number): Client {
  const slots: (Conversation | undefined)[] = [];
  const live = new Set<Conversation>();
  let sent = 0;
  const usableAt = (slot: number) => {
    const current = slots[slot];
    if (current?.usable() === true) return current;
    current?.retire();
    const next = begin((events) => open(slot, events));
    live.add(next);
    void next.ended.then(() => live.delete(next));
    slots[slot] = next;
    return next;
  };
  return {
    send: (timeoutMs) => {
      sent += 1;
      return usableAt(sent % connections).say(`${sent}`, timeoutMs);
    },
    close: async () => {
      const all = Promise.all([...live].map(({ ended }) => ended));
      for (const conversation of live) conversation.retire();
      const patience = new AbortController();
      await Promise.race([all, pause(closeMs, patience.signal)]);
      patience.abort();
      for (const conversation of live) conversation.abort();
      await all;
    },
  };
}

interface Conversation {
  readonly say: (id: string, timeoutMs: number) => Promise<Attempt>;
  readonly usable: () => boolean;
  /** Sends nothing more, and closes when everything is answered. */
  readonly retire: () => void;
  readonly abort: () => void;
  readonly ended: Promise<void>;
}

function begin(open: (events: ChannelEvents) => LongLivedChannel): Conversation {
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  const messages = messagesUnderWay();
  let [opened, retired, closed] = [false, false, false];
  const closeWhenAnswered = () => {
    if (!retired || closed || messages.count() > 0) return;
    closed = true;
    line.close();
  };
  const retire = () => {
    retired = true;
    closeWhenAnswered();
  };
  const line = open({
    opened: () => {
      opened = true;
    },
    answered: (id, pod) => {
      messages.settle(id, { outcome: 'ok', ...(pod !== undefined && { pod }) });
      closeWhenAnswered();
    },
    draining: retire,
    ended: (loss) => {
      retired = closed = true;
      messages.settleAll(loss);
      end();
    },
  });
  const say = async (id: string, timeoutMs: number): Promise<Attempt> => {
    const connection = opened ? 'reused' : 'new';
    const answer = messages.add(id, timeoutMs, () => {
      messages.settle(id, timedOut(opened ? 'sent' : 'connecting'));
      // A channel that owes an answer may be dead without notice: the next message gets another one.
      retire();
    });
    line.send(id);
    return { connection, ...(await answer) };
  };
  return { say, retire, ended, abort: () => line.abort(), usable: () => !retired && line.usable() };
}

type End = Omit<Attempt, 'connection'>;

/** The messages of one channel that have no outcome yet. */
function messagesUnderWay() {
  const settles = new Map<string, (end: End) => void>();
  return {
    count: () => settles.size,
    add: (id: string, timeoutMs: number, expire: () => void) =>
      new Promise<End>((resolve) => {
        const cancel = deadline(timeoutMs, expire);
        settles.set(id, (end) => {
          cancel();
          settles.delete(id);
          resolve(end);
        });
      }),
    settle: (id: string, end: End) => settles.get(id)?.(end),
    settleAll: (end: End) => {
      for (const settle of [...settles.values()]) settle(end);
    },
  };
}
