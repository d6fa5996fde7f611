// How severe it is that a setting is ignored.

import { expect, it } from 'vitest';
import { severityOfIgnored } from '../../src/lint/told-once.ts';
import { clusterPolicy, selected, shopPolicy } from '../support/policy.ts';

const annotations = {
  'hitless.dev/pre-stop-sleep-seconds': '5',
  'hitless.dev/max-unavailable': '0',
  'hitless.dev/mod': 'x',
};

it('what a policy locks is a warning, a mistake of the author an error', () => {
  const documents = [
    clusterPolicy('platform', {
      locked: ['preStopSleep', 'rollingUpdate.maxSurge'],
      spec: { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
    }),
    ...Array.from({ length: 25 }, (_, at) => shopPolicy(`team-${at}`, { spec: { preStopSleep: { seconds: 5 } } })),
  ];
  const { mistakes } = selected({ documents, annotations });
  const errors = mistakes.filter((one) => severityOfIgnored(one) === 'error');
  expect(errors).toEqual([
    'Deployment annotation hitless.dev/mod is unknown and is ignored; did you mean hitless.dev/mode?',
  ]);
  expect(mistakes).toHaveLength(24);
});
