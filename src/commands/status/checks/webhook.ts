// The webhook configuration: whether it is there, whole, and as the chart writes it. Its caBundles are a matter of the certificate.

import { failurePoliciesOf, hitlessEntries } from '../../../cluster/installation.ts';
import { knownValue, namesOf, unknownOf } from '../../../cluster/known.ts';
import { type Difference, differencesOf } from '../../../cluster/webhook-differences.ts';
import { auditWebhook, enforceWebhook } from '../../../names.ts';
import type { Severity } from '../../../rules/finding.ts';
import { type JsonObject, objectAt, objectsAt, own } from '../../../workload/json.ts';
import { defineCheck, type Judgement, type Remark } from '../check.ts';
import type { Scope } from '../scope.ts';

type Facts = Pick<Scope, 'configurations' | 'releases'> & {
  /** Labelled namespaces that several configurations select. */
  readonly calledTwice: readonly string[];
};

export const webhookCheck = defineCheck<Facts>({
  id: 'webhook',
  title: 'webhook configuration',
  read: async ({ configurations, releases, namespaces, callsOf }) => {
    const all = (knownValue(configurations) ?? []).map(callsOf);
    const calledTwice = (knownValue(namespaces) ?? [])
      .filter((one) => all.filter((modeFor) => modeFor(one) !== 'never').length > 1)
      .map(({ name }) => name);
    return { configurations, releases, calledTwice };
  },
  judge: ({ configurations, releases, calledTwice }): Judgement => {
    const found = knownValue(configurations);
    if (found === undefined) return { remarks: [], unknown: unknownOf(configurations) };
    const remarks = found.length === 0 ? [missing(releases)] : found.flatMap(remarksOn);
    const several = found.length > 1 ? [severalRemark(found, calledTwice)] : [];
    return {
      summary: found.length === 0 ? 'none' : found.map(summaryOf).join('; '),
      remarks: [...remarks, ...several],
      unknown: [],
      facts: { configurations: found.map(factsOf) },
    };
  },
});

function missing(releases: Scope['releases']): Remark {
  const [release] = releases;
  if (release === undefined)
    return {
      severity: 'error',
      message: 'hitless is not installed: no MutatingWebhookConfiguration has an entry of hitless',
      action: 'install its chart',
    };
  return {
    severity: 'error',
    message: `no MutatingWebhookConfiguration has an entry of hitless, although ${release.namespace}/${release.name} is installed: API servers do not call it, and nothing is patched`,
    action: `restore it with helm upgrade ${release.name} CHART -n ${release.namespace} --reset-then-reuse-values`,
  };
}

function severalRemark(found: readonly JsonObject[], calledTwice: readonly string[]): Remark {
  const message = `${found.length} webhook configurations have entries of hitless: ${namesOf(found.map(nameOf))}`;
  if (calledTwice.length === 0) return { severity: 'note', message };
  return {
    severity: 'warning',
    message: `${message}, and more than one is called for ${namesOf(calledTwice)}`,
    action: 'uninstall one of the releases, or exclude these namespaces from one of them (webhook.excludedNamespaces)',
  };
}

function nameOf(configuration: JsonObject): string {
  return `${own(objectAt(configuration, 'metadata'), 'name')}`;
}

/** Of a configuration that somebody changed: what helm installed can be had again. */
function restore(name: string): string {
  return `if this is not on purpose, correct the MutatingWebhookConfiguration ${name}, or run helm upgrade for the release`;
}

function remarksOn(configuration: JsonObject): readonly Remark[] {
  const name = nameOf(configuration);
  const entries = objectsAt(configuration, 'webhooks');
  return (['enforce', 'audit'] as const).flatMap((mode): readonly Remark[] => {
    const entryName = mode === 'enforce' ? enforceWebhook : auditWebhook;
    const entry = entries.find((one) => one.name === entryName);
    if (entry === undefined) {
      const effect = mode === 'enforce' ? 'nothing is patched' : 'namespaces in mode audit get no warnings';
      const message = `the webhook configuration ${name} has no entry ${entryName}: ${effect}`;
      return [{ severity: mode === 'enforce' ? 'error' : 'warning', message, action: restore(name) }];
    }
    const home = own(objectAt(objectAt(entry, 'clientConfig'), 'service'), 'namespace');
    const namespace = typeof home === 'string' ? home : undefined;
    const differences = differencesOf(entry, { mode, namespace });
    return differences.map(({ weight, message }) => ({
      severity: severities[weight],
      message: `${entryName} of ${name}: ${message}`,
      ...(weight !== 'notable' && { action: restore(name) }),
    }));
  });
}

const severities: Readonly<Record<Difference['weight'], Severity>> = {
  grave: 'error',
  changed: 'warning',
  notable: 'note',
};

function summaryOf(configuration: JsonObject): string {
  const { entries, failurePolicy } = factsOf(configuration);
  return `${nameOf(configuration)}: ${entries.join(', ')}, failurePolicy ${failurePolicy.join(' and ')}`;
}

function factsOf(configuration: JsonObject) {
  return {
    name: nameOf(configuration),
    entries: hitlessEntries(configuration).map(({ name }) => `${name}`),
    failurePolicy: failurePoliciesOf(configuration),
  };
}
