// The threads of a survey: this one, and as many others as there are processors for. An error in any of them ends the survey.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { type Answers, answer, type Task } from './messages.ts';
import type { SurveySettings } from './settings.ts';
import type { Surveyor } from './surveyor.ts';

export interface Threads {
  /** The answers in the order of the tasks; each goes to the thread that is free first. */
  readonly divide: <T extends Task>(tasks: readonly T[]) => Promise<readonly Answers[T['kind']][]>;
  /** To every thread, this one too. */
  readonly everywhere: (tasks: readonly Task[]) => Promise<void>;
  readonly stop: () => Promise<void>;
}

interface Helper {
  readonly ask: (task: Task) => Promise<unknown>;
  readonly stop: () => Promise<unknown>;
}

/** `helpers`: how many threads besides this one. */
export function startThreads(helpers: number, settings: SurveySettings, surveyor: Surveyor): Threads {
  const others = Array.from({ length: helpers }, () => startHelper(settings));
  let isStopped = false;
  const own = async (task: Task) => {
    // Answers of the other threads come in between.
    if (helpers > 0) await nextTurn();
    if (isStopped) throw new Error('the survey was stopped');
    return answer(task, surveyor);
  };
  return {
    divide: async (tasks) => {
      const answers: unknown[] = [];
      const waiting = tasks.entries();
      const work = async (ask: Helper['ask']) => {
        for (const [i, task] of waiting) answers[i] = await ask(task);
      };
      // A helper has its next task when it is done with one.
      await Promise.all([...others, ...others].map(({ ask }) => work(ask)).concat(work(own)));
      return answers as never;
    },
    everywhere: async (tasks) => {
      for (const task of tasks) await Promise.all([...others.map(({ ask }) => ask(task)), own(task)]);
    },
    stop: async () => {
      isStopped = true;
      await Promise.all(others.map(({ stop }) => stop()));
    },
  };
}

// Compiled, it is another file.
const program = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url);

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
}

function startHelper(settings: SurveySettings): Helper {
  const worker = new Worker(program, { workerData: settings });
  const waiting = new Map<number, Waiting>();
  let failure: unknown;
  let asked = 0;
  const fail = (error: unknown) => {
    failure ??= error;
    for (const { reject } of waiting.values()) reject(failure);
    waiting.clear();
  };
  worker.on('message', ({ id, answer }: { readonly id: number; readonly answer: unknown }) => {
    waiting.get(id)?.resolve(answer);
    waiting.delete(id);
  });
  worker.on('error', fail);
  worker.on('messageerror', fail);
  worker.on('exit', (code) => fail(new Error(`a thread that reads files ended by itself, with ${code}`)));
  return {
    ask: (task) =>
      new Promise((resolve, reject) => {
        if (failure !== undefined) return reject(failure);
        asked += 1;
        waiting.set(asked, { resolve, reject });
        worker.postMessage({ id: asked, task });
      }),
    stop: () => worker.terminate(),
  };
}
