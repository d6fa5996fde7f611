// A report of verify as it could be: three rollouts, the first with losses.

import type { VerifyReport } from '../../../src/measurement/verify/report.ts';
import { labResult, measurement } from './lab-result.ts';

export function verifyReport(): VerifyReport {
  const { rows, versions } = labResult();
  const broken = rows[2]?.rollouts[0];
  const whole = rows.at(-1)?.rollouts.slice(0, 2) ?? [];
  const rollouts = broken === undefined ? whole : [broken, ...whole];
  const lost = rollouts.reduce((sum, { lanes }) => sum + lanes.reduce((all, one) => all + one.lost, 0), 0);
  const scene = { seed: 11, lanes: ['get-new', 'post-kept'] as const, rate: 50, seconds: 20 };
  return {
    format: 'hitless.dev/verify/v1alpha1',
    versions,
    command: 'hitless verify deployment/web --namespace shop --url http://web.shop.example/ --restart --rollouts 3',
    startedAt: '2026-11-22T13:00:00.000Z',
    durationSeconds: 75,
    target: { kind: 'Deployment', namespace: 'shop', name: 'web' },
    url: 'http://web.shop.example/',
    rate: 100,
    maxLost: 0,
    rollouts,
    timelines: [
      { title: 'Rollout 1', measurement: measurement({ ...scene, sleep: 0 }) },
      { title: 'Rollout 2', measurement: measurement({ ...scene, sleep: 5 }) },
    ],
    sent: rollouts.reduce((sum, { lanes }) => sum + lanes.reduce((all, one) => all + one.sent, 0), 0),
    lost,
    causes: broken?.causes ?? {},
    advice: [
      {
        cause: 'not-ready',
        lost: broken?.causes['not-ready'] ?? 0,
        text: 'New pods got connections before they could answer. Give container web a readinessProbe that passes only when it answers requests (rule readiness-probe).',
      },
      {
        cause: 'endpoint-lag',
        lost: broken?.causes['endpoint-lag'] ?? 0,
        text: 'New connections went to terminating pods, the last one 1.2 s after the pod was deleted. Give the container a preStop sleep of 3 s (there is none now); hitless writes one (rule pre-stop-sleep).',
      },
    ],
    failures: [],
  };
}
