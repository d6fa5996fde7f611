// Calls without an answer, as the API server counts them: they never reached a pod, or hitless did not decide.

import { ApiError } from '../../../cluster/client/api.ts';
import { ifAllowed, type Known, knownValue, unknownOf } from '../../../cluster/known.ts';
import { type MetricSample, readSamples } from '../../../cluster/metrics-text.ts';
import { auditWebhook, enforceWebhook } from '../../../names.ts';
import { number } from '../../../text/count.ts';
import { defineCheck } from '../check.ts';

const failOpen = 'apiserver_admission_webhook_fail_open_count';
const rejection = 'apiserver_admission_webhook_rejection_count';
const requests = 'apiserver_admission_webhook_request_total';
const started = 'process_start_time_seconds';

// Below this share the calls are history more likely than trouble: the count only ends with the API server.
const alarmingShare = 0.01;

export const callsCheck = defineCheck<Known<readonly MetricSample[]>>({
  id: 'calls',
  title: 'calls',
  read: async ({ api }) => {
    try {
      const names = [failOpen, rejection, requests, started];
      return await ifAllowed('get /metrics of the API server', () => readSamples(api, { path: '/metrics' }, names));
    } catch (error) {
      if (error instanceof ApiError && error.code === 404)
        return { kind: 'unknown', why: 'the API server does not serve /metrics' };
      throw error;
    }
  },
  judge: (found) => {
    const samples = knownValue(found);
    if (samples === undefined) return { remarks: [], unknown: unknownOf(found) };
    const sum = (metric: string) =>
      samples
        .filter(({ name, labels }) => name === metric && isOurs(labels.name))
        .reduce((total, { value }) => total + value, 0);
    const [failedOpen, rejected, calls] = [sum(failOpen), sum(rejection), sum(requests)];
    const start = samples.find(({ name }) => name === started)?.value;
    const since =
      start === undefined ? 'since it started' : `since ${new Date(start * 1000).toISOString().slice(0, 16)}Z`;
    const lost = failedOpen + rejected;
    const facts = {
      failedOpen,
      rejected,
      calls,
      ...(start !== undefined && { since: new Date(start * 1000).toISOString() }),
    };
    const summary = `${number(failedOpen)} failed open and ${number(rejected)} rejected of ${number(calls)}, ${since}, by the API server that answered (each counts its own)`;
    if (lost === 0) return { summary, remarks: [], unknown: [], facts };
    return {
      summary,
      remarks: [
        {
          severity: lost > alarmingShare * calls ? 'warning' : 'note',
          message: `the API server got no answer for ${number(lost)} of ${number(calls)} calls ${since}: ${number(failedOpen)} Deployments were written unpatched, ${number(rejected)} writes were refused`,
          action:
            'if the numbers rise, check the pods, the caBundle and whether API servers reach the pods (firewall, NetworkPolicy, ports.webhook); hitless audit names the Deployments that lack something',
        },
      ],
      unknown: [],
      facts,
    };
  },
});

function isOurs(webhook: string | undefined): boolean {
  return webhook === enforceWebhook || webhook === auditWebhook;
}
