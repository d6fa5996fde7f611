// A load of three requests in ten milliseconds, without a network.

import type { Load } from '../../../src/measurement/load/load.ts';
import type { Sample } from '../../../src/measurement/load/sample.ts';
import type { LoadSettings } from '../../../src/measurement/traffic.ts';

/** Every request is answered, or has `outcome`. */
export function fakeLoad(outcome: Sample['outcome'] = 'ok', status = 200) {
  const state = { stopped: 0 };
  const startLoad = (_settings: LoadSettings, tell: (sample: Sample) => void): Load => {
    const timer = setInterval(() => {
      const ms = performance.timeOrigin + performance.now();
      tell({
        lane: 'get-new',
        dueMs: ms,
        sentMs: ms,
        endMs: ms,
        connection: 'new',
        outcome,
        ...(outcome === 'ok' && { status }),
      });
    }, 3);
    return {
      stop: async () => {
        clearInterval(timer);
        state.stopped += 1;
      },
    };
  };
  return { startLoad, state };
}
