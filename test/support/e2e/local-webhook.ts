// hitless as a process beside the API server of KUBECONFIG, called for a few namespaces by the chart's own rules and conditions. No pod
// needs to run.

import { parse, stringify } from 'yaml';
import { render } from '../helm.ts';
import { callPlain, type LogLine, type Running, start, stop } from '../process.ts';
import { kubectl, must, needCluster } from './kubectl.ts';
import { until } from './release.ts';

export interface LocalWebhook {
  /** The log lines about an object: one for each call. */
  readonly callsFor: (namespace: string, object: string) => readonly LogLine[];
  readonly end: () => Promise<void>;
}

/** `modes`: the namespaces to make, each with its label. A write of them fails while hitless does not answer. */
export async function startWebhook(name: string, modes: Readonly<Record<string, string>>): Promise<LocalWebhook> {
  needCluster();
  const running = await start({ flags: ['--cluster'], environment: { KUBECONFIG: process.env.KUBECONFIG ?? '' } });
  await until(async () => (await callPlain(running, '/readyz')).body === 'ok\n');
  for (const [namespace, mode] of Object.entries(modes)) {
    await must(kubectl(['create', 'namespace', namespace]));
    await must(kubectl(['label', 'namespace', namespace, `hitless.dev/mode=${mode}`]));
  }
  await must(kubectl(['apply', '-f', '-'], configuration(name, running, Object.keys(modes))));
  const callsFor = (namespace: string, object: string) =>
    running
      .lines()
      .filter((line) => line.message === 'admission review' && line.namespace === namespace && line.name === object);
  for (const namespace of Object.keys(modes)) {
    // API servers hear of a configuration, and of a label, a moment later.
    const tried = ['create', 'deployment', 'tried', '--image=web', '-n', namespace, '--dry-run=server'];
    await until(async () => {
      await kubectl(tried);
      return callsFor(namespace, 'tried').length > 0;
    });
  }
  const end = async () => {
    await kubectl(['delete', 'mutatingwebhookconfiguration', name]);
    await kubectl(['delete', 'namespace', ...Object.keys(modes), '--wait=false']);
    await stop(running);
  };
  return { callsFor, end };
}

/** As the chart renders it, except that the webhook runs here, and that nothing else in this cluster is sent. */
function configuration(name: string, { port, ca }: Running, namespaces: readonly string[]): string {
  const file = 'templates/mutatingwebhookconfiguration.yaml';
  const { out, err } = render('--show-only', file, '--set', 'webhook.failurePolicy=Fail,webhook.timeoutSeconds=10');
  if (err !== '') throw new Error(err);
  const rendered = parse(out);
  rendered.metadata.name = name;
  for (const entry of rendered.webhooks) {
    const url = `https://localhost:${port}${entry.clientConfig.service.path}`;
    entry.clientConfig = { url, caBundle: Buffer.from(ca).toString('base64') };
    const values = [...namespaces];
    entry.namespaceSelector.matchExpressions.push({ key: 'kubernetes.io/metadata.name', operator: 'In', values });
  }
  return stringify(rendered);
}
