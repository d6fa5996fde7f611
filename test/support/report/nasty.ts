// Results whose names do what they can to break out of the text.

import type { Measurement } from '../../../src/measurement/analysis/measurement.ts';
import type { LabResult } from '../../../src/measurement/lab/result.ts';
import type { VerifyReport } from '../../../src/measurement/verify/report.ts';

export const nasty = `</title></style></svg></pre><script>globalThis.broken=1</script><img src=http://nowhere.example/x onerror=globalThis.broken=1>"'&amp;{dim|x}]]>--><!--\u0000\u0007\u202e\ud800|\`*_ $& $1`;

export function nastyLab(result: LabResult): LabResult {
  return {
    ...result,
    versions: { hitless: nasty, kubernetes: nasty, node: nasty },
    command: nasty,
    startedAt: nasty,
    rows: result.rows.map((row) => ({ ...row, title: nasty })),
    ...(result.recommendation && { recommendation: { sleepSeconds: 3, why: nasty, policy: nasty } }),
    timelines: result.timelines.map((one) => ({
      ...one,
      title: nasty,
      measurement: nastyMeasurement(one.measurement),
    })),
    failures: [nasty, nasty],
  };
}

export function nastyVerify(report: VerifyReport): VerifyReport {
  return {
    ...report,
    versions: { hitless: nasty, kubernetes: nasty, node: nasty },
    command: nasty,
    target: { kind: nasty, namespace: nasty, name: nasty },
    url: nasty,
    timelines: report.timelines.map((one) => ({ title: nasty, measurement: nastyMeasurement(one.measurement) })),
    advice: report.advice.map((one) => ({ ...one, text: nasty })),
    failures: [nasty],
  };
}

function nastyMeasurement({ samples, events, ...times }: Measurement): Measurement {
  return {
    ...times,
    samples: samples.map((one) => (one.outcome === 'ok' ? one : { ...one, detail: nasty, pod: nasty })),
    events: events.map((one) => {
      if (one.kind === 'workload') return { ...one, detail: nasty };
      return { ...one, pod: `${nasty}${one.pod}` };
    }),
  };
}
