// The audits of several clusters as one result, in which everything has its cluster.

import type { PolicyTrial } from '../../lint/trial/policy-trial.ts';
import { namesUpTo } from '../../text/list.ts';
import type { Sentence } from './audit-cluster.ts';
import type { ClusterOutcome } from './audit-clusters.ts';
import type { AuditResult } from './result.ts';

export function mergeClusters(outcomes: readonly ClusterOutcome[]): AuditResult {
  const results = outcomes.flatMap(({ cluster, audited }) => (audited ? [taggedResult(audited.result, cluster)] : []));
  const failed = outcomes.flatMap(({ cluster, failure }) =>
    failure === undefined ? [] : [{ cluster, message: failure }],
  );
  const trials = results.flatMap(({ trial }) => trial ?? []);
  return {
    clusters: outcomes.map(({ cluster, audited }) => ({ name: cluster, isRead: audited !== undefined })),
    namespaces: results.flatMap(({ namespaces }) => namespaces),
    deployments: results.flatMap(({ deployments }) => deployments),
    leftovers: results.flatMap(({ leftovers }) => leftovers),
    notJudged: results.flatMap(({ notJudged }) => notJudged),
    owned: results.flatMap(({ owned }) => owned),
    copies: results.flatMap(({ copies }) => copies),
    problems: [...failed, ...results.flatMap(({ problems }) => problems)],
    isCalled: results.some(({ isCalled }) => isCalled),
    ...(trials.length > 0 && { trial: mergedTrial(trials) }),
  };
}

function taggedResult(result: AuditResult, cluster: string): AuditResult {
  const tagged = <One extends object>(one: One) => ({ ...one, cluster });
  const withObject = <One extends { readonly object: object }>(one: One) => ({ ...one, object: tagged(one.object) });
  const { trial } = result;
  return {
    ...result,
    namespaces: result.namespaces.map(tagged),
    deployments: result.deployments.map(withObject),
    leftovers: result.leftovers.map(tagged),
    notJudged: result.notJudged.map(withObject),
    owned: result.owned.map(tagged),
    copies: result.copies.map(withObject),
    problems: result.problems.map(tagged),
    ...(trial !== undefined && {
      trial: { policies: trial.policies.map(tagged), changed: trial.changed.map(withObject) },
    }),
  };
}

function mergedTrial(trials: readonly PolicyTrial[]): PolicyTrial {
  return {
    policies: trials.flatMap(({ policies }) => policies),
    changed: trials.flatMap(({ changed }) => changed),
  };
}

const mostNamed = 3;

/** What is said of each cluster, the same sentence once, after the clusters that it is about. */
export function mergeSentences(outcomes: readonly ClusterOutcome[]): readonly Sentence[] {
  const told = outcomes.flatMap(({ cluster, audited }) =>
    (audited?.sentences ?? []).map((sentence) => ({ cluster, ...sentence })),
  );
  return Array.from(
    Map.groupBy(told, ({ text }) => text),
    ([text, same]) => {
      const names = same.map(({ cluster }) => cluster);
      return { text: `${namesUpTo(names, mostNamed)}: ${text}`, isGrave: same.some(({ isGrave }) => isGrave) };
    },
  );
}
