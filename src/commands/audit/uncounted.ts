// Kinds of workloads that no rule judges and that `audit` cannot even count.

import { mostRead, type OtherWorkloads, type Unread } from '../../cluster/other-workloads.ts';
import { number } from '../../text/count.ts';
import { listed } from '../../text/list.ts';

/** A sentence each; kinds without permission share one. */
export function uncounted({ unread, cut, undiscovered }: OtherWorkloads): readonly string[] {
  const forbidden = unread.filter(({ code }) => code === 403);
  const failed = forbidden.length > 1 ? unread.filter(({ code }) => code !== 403) : unread;
  return [
    ...(forbidden.length > 1 ? [withoutPermission(forbidden)] : []),
    ...failed.map(({ kind, reason }) => {
      return `the API server does not list ${kind} objects (${reason}): they are not judged, and not counted`;
    }),
    ...cut.map((kind) => `there are more than ${number(mostRead)} ${kind} objects: the others are not counted`),
    ...(undiscovered === undefined
      ? []
      : [`the API server does not say which kinds it has (${undiscovered}): workloads of operators are not counted`]),
  ];
}

function withoutPermission(kinds: readonly Unread[]): string {
  const names = kinds.map(({ kind }) => kind).toSorted();
  return `no permission to list ${listed(names)} objects: they are not judged, and not counted`;
}
