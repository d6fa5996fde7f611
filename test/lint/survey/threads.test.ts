// Threads that fail: what they were asked for is never left out without a word.

import { describe, expect, it } from 'vitest';
import { createSurveyor } from '../../../src/lint/survey/surveyor.ts';
import { startThreads } from '../../../src/lint/survey/threads.ts';

const settings = {
  ...{ namespace: 'default', kustomizations: [], given: [], patchNames: new Map() },
  ...{ showsEdits: false, acceptance: {} },
};
const broken = { kind: 'judge', files: undefined } as never;
const empty = { kind: 'note', sources: [], first: 0 } as const;

describe.each([0, 2])('with %i helpers', (helpers) => {
  it('an error in a task is the error of the whole', async () => {
    const threads = startThreads(helpers, settings, await createSurveyor(settings));
    await expect(threads.divide([empty, broken, empty])).rejects.toThrow();
    await threads.stop();
  });

  it('answers come in the order of the tasks', async () => {
    const threads = startThreads(helpers, settings, await createSurveyor(settings));
    const tasks = Array.from({ length: 20 }, (_, i) => {
      const bytes = Buffer.from('kind: x\n');
      return {
        kind: 'note',
        sources: Array(i).fill({ file: 'stdin', bytes, onDisk: false, named: true }),
        first: 0,
      } as const;
    });
    const answers = await threads.divide(tasks);
    expect(answers.map(({ notes }) => notes.length)).toEqual(tasks.map((_, i) => i));
    await threads.stop();
  });
});

it('a thread that ends by itself fails what it was asked', async () => {
  const threads = startThreads(1, settings, await createSurveyor(settings));
  const asked = threads.divide([empty, empty, empty]);
  await threads.stop();
  await expect(asked).rejects.toThrow('a thread that reads files ended by itself');
});
