// The metrics of a pod as they may be shown: series of hitless and of its process, with labels that hold names and words of hitless.

import { severities } from '../../lint/result.ts';
import { rules } from '../../rules/rules.ts';
import { decisionLabels, type EntryMode, metricRows } from '../../server/metric-rows.ts';
import { certificateSteps } from '../../server/metrics.ts';
import type { Json } from '../../workload/json.ts';
import { type Keep, matching, oneOfWords, plainName, redacted, versionText } from './keep.ts';
import { clusterKinds } from './kind-words.ts';

const entryModes: readonly EntryMode[] = ['enforce', 'audit'];

/** What the labels of metric-rows.ts may hold, and those of a histogram. */
const labels: Readonly<Record<string, Keep>> = {
  mode: oneOfWords(entryModes),
  decision: oneOfWords(decisionLabels),
  kind: oneOfWords(['', ...clusterKinds]),
  rule: oneOfWords(rules.map(({ id }) => id)),
  type: oneOfWords(['edit', 'report']),
  severity: oneOfWords(severities),
  frequency: oneOfWords(['rare', 'repeated']),
  result: oneOfWords(['loaded', 'kept', 'mistakes', 'found', 'absent', 'failed']),
  file: oneOfWords(['client_ca', 'metrics_token']),
  step: oneOfWords(certificateSteps),
  namespace: plainName,
  version: versionText,
  node: versionText,
  le: matching(/^(?:\d+(?:\.\d+)?(?:e-?\d+)?|\+Inf)$/),
};

/** Of the process, without labels. */
const ofProcess = [
  ...['process_cpu_user_seconds_total', 'process_cpu_system_seconds_total', 'process_start_time_seconds'],
  ...['process_resident_memory_bytes', 'process_virtual_memory_bytes', 'process_open_fds', 'process_max_fds'],
  ...['nodejs_eventloop_lag_seconds', 'nodejs_eventloop_lag_max_seconds', 'nodejs_eventloop_lag_mean_seconds'],
  ...['nodejs_eventloop_lag_p50_seconds', 'nodejs_eventloop_lag_p90_seconds', 'nodejs_eventloop_lag_p99_seconds'],
  ...['nodejs_heap_size_total_bytes', 'nodejs_heap_size_used_bytes', 'nodejs_external_memory_bytes'],
  ...['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'],
];

const series: ReadonlyMap<string, readonly string[]> = new Map([
  ...Object.values(metricRows).flatMap(({ name, labelNames }) => seriesOf(name, labelNames)),
  ...ofProcess.map((name) => [name, []] as const),
]);

/** A histogram has three. */
function seriesOf(name: string, own: readonly string[]): readonly (readonly [string, readonly string[]])[] {
  return [
    [name, own],
    [`${name}_bucket`, [...own, 'le']],
    [`${name}_sum`, own],
    [`${name}_count`, own],
  ];
}

/** The samples among `lines` that are known, and a comment on the number of the others. */
export function metricsText(lines: readonly string[]): string {
  const samples = lines.filter((line) => line.trim() !== '' && !line.startsWith('#'));
  const shown = samples.flatMap((line) => shownSample(line) ?? []);
  const leftOut = samples.length - shown.length;
  return [...shown, ...(leftOut > 0 ? [`# left out: ${leftOut}`] : [])].map((line) => `${line}\n`).join('');
}

const value = matching(/^[-+]?(?:\d+(?:\.\d+)?(?:e[-+]?\d+)?|Inf|NaN|Nan)$/, 40);

function shownSample(line: string): string | undefined {
  const name = /^\w+/.exec(line)?.[0] ?? '';
  const allowed = series.get(name);
  const end = line[name.length] === '{' ? line.lastIndexOf('}') + 1 : name.length;
  const text = line.slice(end).trim();
  if (allowed === undefined || end === 0 || value(text) !== text) return undefined;
  const written = line.slice(name.length, end);
  const pairs = Array.from(written.matchAll(/[{,](\w+)="([^"\\]*)"/g), ([, label = '', held = '']) => ({
    label,
    held,
  }));
  if (labelText(pairs) !== written || pairs.some(({ label }) => !allowed.includes(label))) return undefined;
  const shown = pairs.map(({ label, held }) => ({ label, held: labels[label]?.(held) ?? redacted }));
  return `${name}${labelText(shown)} ${text}`;
}

function labelText(pairs: readonly { readonly label: string; readonly held: Json }[]): string {
  return pairs.length === 0 ? '' : `{${pairs.map(({ label, held }) => `${label}="${held}"`).join(',')}}`;
}
