// The policies of `--policy`: what they are to a cluster is decided there.

import { holdsNoPolicy, readGiven } from '../../lint/inputs/read-files.ts';
import { readGivenObjects } from '../../lint/inputs/surroundings.ts';
import type { TrialPolicies } from '../../lint/trial/policy-trial.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { firstTen } from '../../text/list.ts';
import type { Problem } from '../../yaml/documents.ts';
import { noticeWriter } from '../output-file.ts';
import type { AuditOptions } from './options.ts';

export type ReadTrial =
  | { readonly trial: TrialPolicies | undefined }
  /** Why a file cannot be used. */
  | { readonly problems: readonly Problem[] };

/** A RolloutPolicy without a namespace is of that of `--namespace`. Of two of one name the later one counts. */
export async function readTrialPolicies(
  { policy, onlyPolicyFiles, namespace = 'default' }: AuditOptions,
  terminal: Terminal,
): Promise<ReadTrial> {
  if (policy.length === 0) return { trial: undefined };
  const given = await readGiven(policy, terminal);
  const { objects, problems } = readGivenObjects(given.documents, namespace);
  const all = [...given.problems, ...problems];
  if (all.length > 0) return { problems: all };
  const policies = objects.flatMap((one) => (one.kind === 'Policy' ? [[one.id, one.value] as const] : []));
  // What `check` takes from a Node, the cluster knows better.
  const useful = new Set(objects.flatMap(({ kind, file }) => (kind === 'Policy' ? [file] : [])));
  const useless = [...new Set(given.documents.map(({ file }) => file))].filter((file) => !useful.has(file));
  // Folders without any file are not among the files.
  const empty = useful.size === 0 && useless.length === 0 ? policy : useless;
  if (empty.length > 0) return { problems: empty.map((file) => ({ file, message: holdsNoPolicy })) };
  tellRepeated(
    policies.map(([id]) => id),
    terminal,
  );
  return { trial: { documents: [...new Map(policies).values()], isAlone: onlyPolicyFiles === true } };
}

function tellRepeated(ids: readonly string[], terminal: Terminal): void {
  const repeated = [...new Set(ids.filter((id, at) => ids.indexOf(id) !== at))];
  if (repeated.length === 0) return;
  noticeWriter('audit', terminal)(`${firstTen(repeated)} is defined more than once by --policy: the last one counts`);
}
