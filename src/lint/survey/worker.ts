// A thread that helps with a survey: it answers one task after the other.

import { parentPort, workerData } from 'node:worker_threads';
import { answer, type SurveyTask } from './messages.ts';
import type { SurveySettings } from './settings.ts';
import { createSurveyor } from './surveyor.ts';

// Awaited only below: the single-file program is of one kind of module that cannot wait while it loads.
const surveyor = createSurveyor(workerData as SurveySettings);

parentPort?.on('message', async ({ id, task }: { readonly id: number; readonly task: SurveyTask }) => {
  parentPort?.postMessage({ id, answer: answer(task, await surveyor) });
});
