// The threads that read and judge the files of a survey: helpers, or this one where helpers would not pay. An error in any of them ends
// the survey.

import { Worker } from 'node:worker_threads';
import { embedded } from '../../single-file.ts';
import { type Answers, answer, type SurveyTask } from './messages.ts';
import type { SurveySettings } from './settings.ts';
import type { Surveyor } from './surveyor.ts';

export interface Threads {
  /** The answers in the order of the tasks; each is made when a thread is free, and goes to that one. */
  readonly divide: <T extends SurveyTask>(tasks: Iterable<T>) => Promise<readonly Answers[T['kind']][]>;
  /** To every thread, and to this one. */
  readonly everywhere: (task: SurveyTask) => Promise<void>;
  readonly stop: () => Promise<void>;
}

interface Helper {
  readonly ask: (task: SurveyTask) => Promise<unknown>;
  readonly stop: () => Promise<unknown>;
}

/** `helpers`: how many threads besides this one; with none, this one does the work. */
export function startThreads(helpers: number, settings: SurveySettings, surveyor: Surveyor): Threads {
  const others = Array.from({ length: helpers }, () => startHelper(settings));
  const own = async (task: SurveyTask) => answer(task, surveyor);
  return {
    divide: async (tasks) => {
      const answers: unknown[] = [];
      const waiting = tasks[Symbol.iterator]();
      let taken = 0;
      const work = async (ask: Helper['ask']) => {
        for (let next = waiting.next(); next.done !== true; next = waiting.next()) {
          taken += 1;
          const at = taken - 1;
          answers[at] = await ask(next.value);
        }
      };
      // A helper has its next task when it is done with one.
      const asked = others.length === 0 ? [own] : [...others, ...others].map(({ ask }) => ask);
      await Promise.all(asked.map(work));
      return answers as never;
    },
    everywhere: async (task) => void (await Promise.all([...others.map(({ ask }) => ask(task)), own(task)])),
    stop: async () => void (await Promise.all(others.map(({ stop }) => stop()))),
  };
}

// Compiled, it is another file.
const program = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url);

/** By measurement: with less, what a task leaves behind is moved to the old generation and stays there; with more, it stays here. */
const maxYoungGenerationSizeMb = 48;

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
}

function startHelper(settings: SurveySettings): Helper {
  const options = { workerData: settings, resourceLimits: { maxYoungGenerationSizeMb } };
  const text = embedded('worker.cjs');
  const worker = text === undefined ? new Worker(program, options) : new Worker(text, { ...options, eval: true });
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
