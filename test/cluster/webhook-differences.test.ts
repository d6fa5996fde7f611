// An entry as the chart renders it has no differences; each change to one is named.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { differencesOf } from '../../src/cluster/webhook-differences.ts';
import { cases } from '../support/helm.ts';

// biome-ignore lint/suspicious/noExplicitAny: manifests of every kind
type Any = any;

function entriesOf(name: string): Any[] {
  const text = readFileSync(join(import.meta.dirname, '../chart', name, 'expected.yaml'), 'utf8');
  const documents: Any[] = parseAllDocuments(text).map((document) => document.toJS());
  const { webhooks } = documents.find(({ kind }) => kind === 'MutatingWebhookConfiguration');
  // The API server writes an empty selector that is not there.
  return webhooks.map((entry: Any) => ({ ...entry, objectSelector: {} }));
}

const namespace = 'hitless-system';

describe('as the chart renders it', () => {
  it.each(cases)('%s', (name) => {
    for (const entry of entriesOf(name)) {
      const mode = entry.name.startsWith('audit') ? 'audit' : 'enforce';
      const found = differencesOf(entry, { mode, namespace }).filter(({ weight }) => weight !== 'notable');
      expect(found).toEqual([]);
    }
  });

  it('with conditions of the value webhook.matchConditions, which are noted', () => {
    const [entry] = entriesOf('everything-on');
    expect(differencesOf(entry, { mode: 'enforce', namespace })).toEqual([
      {
        weight: 'notable',
        message: 'matchConditions also has not-by-flux, as the value webhook.matchConditions would write',
      },
    ]);
  });
});

describe('somebody changed', () => {
  const changes: readonly [what: string, change: (entry: Any) => void, said: readonly string[]][] = [
    [
      'the label that it asks for',
      (entry) => {
        entry.namespaceSelector.matchExpressions.shift();
      },
      ['grave namespaceSelector no longer asks for the label hitless.dev/mode=enforce'],
    ],
    [
      'the mode that it asks for',
      (entry) => {
        entry.namespaceSelector.matchExpressions[0].values = ['enforce', 'audit'];
      },
      [
        'grave namespaceSelector no longer asks for the label hitless.dev/mode=enforce',
        'changed namespaceSelector also asks for {"key":"hitless.dev/mode","operator":"In","values":["enforce","audit"]}',
      ],
    ],
    [
      'the excluded namespaces',
      (entry) => {
        entry.namespaceSelector.matchExpressions[1].values = ['kube-system'];
      },
      ['changed namespaceSelector no longer excludes kube-public, kube-node-lease, hitless-system'],
    ],
    [
      'which namespaces it is for',
      (entry) => {
        entry.namespaceSelector.matchLabels = { team: 'web' };
      },
      ['changed namespaceSelector also asks for {"matchLabels":{"team":"web"}}'],
    ],
    [
      'nothing but what AKS adds by itself',
      (entry) => {
        entry.namespaceSelector.matchExpressions.push({ key: 'control-plane', operator: 'DoesNotExist' });
      },
      ['notable namespaceSelector also asks for {"key":"control-plane","operator":"DoesNotExist"}'],
    ],
    [
      'the operations',
      (entry) => {
        entry.rules[0].operations = ['CREATE'];
      },
      [
        'changed rules are [{"apiGroups":["apps"],"apiVersions":["v1"],"resources":["deployments","statefulsets","daemonsets"],"operations":["CREATE"],"scope":"Namespaced"},{"apiGroups":…',
      ],
    ],
    [
      'the kinds that are sent, or it was a value of the chart',
      (entry) => {
        entry.rules = [{ ...entry.rules[0], resources: ['deployments', 'daemonsets'] }];
      },
      ['notable rules do not send StatefulSets and Rollouts, as the value webhook.workloads would leave them out'],
    ],
    [
      'the kinds, to those of an older chart',
      (entry) => {
        entry.rules = [{ ...entry.rules[0], resources: ['deployments'] }];
      },
      [
        'notable rules do not send StatefulSets, DaemonSets and Rollouts, as the value webhook.workloads would leave them out',
      ],
    ],
    [
      'the rules, to a kind that hitless does not patch',
      (entry) => {
        entry.rules = [{ ...entry.rules[0], resources: ['deployments', 'replicasets'] }];
      },
      [
        'changed rules are [{"apiGroups":["apps"],"apiVersions":["v1"],"resources":["deployments","replicasets"],"operations":["CREATE","UPDATE"],"scope":"Namespaced"}]',
      ],
    ],
    [
      'the rules into none',
      (entry) => {
        delete entry.rules;
      },
      ['changed rules are []'],
    ],
    [
      'a condition, and took one away',
      (entry) => {
        entry.matchConditions[0].expression = 'true';
        entry.matchConditions.pop();
      },
      ['changed matchConditions has another stays', 'changed matchConditions lacks not-only-owners'],
    ],
    [
      'the path, so that enforce only audits',
      (entry) => {
        entry.clientConfig.service.path = '/mutate/audit';
      },
      ['grave clientConfig.service.path is "/mutate/audit", not /mutate/enforce'],
    ],
    [
      'which objects it is for',
      (entry) => {
        entry.objectSelector = { matchLabels: { patch: 'me' } };
      },
      ['changed objectSelector is {"matchLabels":{"patch":"me"}}, not {}'],
    ],
    [
      'how kinds are matched',
      (entry) => {
        entry.matchPolicy = 'Exact';
      },
      ['changed matchPolicy is "Exact", not "Equivalent"'],
    ],
  ];

  it.each(changes)('%s', (_what, change, said) => {
    const [entry] = entriesOf('by-default');
    change(entry);
    const found = differencesOf(entry, { mode: 'enforce', namespace });
    expect(found.map(({ weight, message }) => `${weight} ${message}`)).toEqual(said);
  });
});
