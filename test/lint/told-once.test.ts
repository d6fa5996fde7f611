// How severe it is that a setting is ignored.

import { expect, it } from 'vitest';
import { emptyClusterState } from '../../src/cluster-state/compose.ts';
import { judge } from '../../src/lint/live.ts';
import { severityOfIgnored } from '../../src/lint/told-once.ts';
import { clientSideApply } from '../support/api-server.ts';
import { annotated, manifest } from '../support/cluster/shop.ts';
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

it('a rule that is ignored without a reason is a note, a name that no rule has a warning', () => {
  const annotations = {
    'ignore.hitless.dev/application': '',
    'ignore.hitless.dev/aplication': 'we accept that',
    'ignore.hitless.dev/manifest': 'we accept that',
  };
  const judged = judge(clientSideApply(manifest(annotated(annotations))), { state: emptyClusterState });
  const told = judged.diagnostics.filter(({ rule }) => rule === 'manifest');
  const origin = 'Deployment annotation ignore.hitless.dev';
  expect(told.map(({ severity, message }) => [severity, message])).toEqual([
    ['warning', `${origin}/aplication names no rule and is ignored; did you mean ignore.hitless.dev/application?`],
    [
      'warning',
      `${origin}/manifest is ignored: what the API server would drop or refuse is corrected in the manifest, and no annotation changes that.`,
    ],
    ['note', `${origin}/application gives no reason: write into its value why the rule is ignored.`],
  ]);
});
