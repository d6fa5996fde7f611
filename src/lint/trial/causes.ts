// Which policies are the reason for other edits: those from which a field that differs comes, or came.

import { type FieldOrigin, layerOf, type PolicySpec, type ResolvedPolicy } from '../../policy/policy.ts';

export interface PolicyPair {
  readonly before: ResolvedPolicy;
  readonly after: ResolvedPolicy;
  /** The policies that differ and apply to the workload. */
  readonly among: readonly FieldOrigin[];
}

/** All of `among` where no field tells them apart, as where one locks what another one sets. */
export function causesOf({ before, after, among }: PolicyPair): readonly FieldOrigin[] {
  const paths = Object.keys(after.origins).filter((path) => valueAt(before, path) !== valueAt(after, path));
  const layers = new Set(paths.flatMap((path) => [after, before].map(({ origins }) => layerOf(origins[path] ?? ''))));
  const causes = among.filter((one) => layers.has(one));
  return causes.length === 0 ? among : causes;
}

/** As text, which can be compared. */
function valueAt({ spec, kinds }: ResolvedPolicy, path: string): string {
  const [section = '', field = ''] = path.split('.');
  const fields: Readonly<Record<string, unknown>> = { ...spec[section as keyof PolicySpec] };
  return JSON.stringify(section === 'kinds' ? kinds : fields[field]) ?? '';
}
