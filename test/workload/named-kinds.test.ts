// The kinds that are only named: each once, with a reason, and none that has a record.

import { expect, it } from 'vitest';
import { kindRows } from '../../scripts/kind-rows.ts';
import { deployment } from '../../src/workload/kinds/deployment.ts';
import { registerKind, workloadKinds } from '../../src/workload/kinds/kinds.ts';
import { namedKind, namedKinds } from '../../src/workload/kinds/named-kinds.ts';
import { customOwnerOf, unknownOwnerOf } from '../../src/workload/owned-objects.ts';

const idOf = ({ group, kind }: { readonly group: string; readonly kind: string }) => `${group}/${kind}`;

it('each is named once, with a reason that is a clause', () => {
  const ids = namedKinds().map(idOf);
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  for (const { reason } of namedKinds()) expect(reason).toMatch(/^[a-z](?!.*\.$)/i);
});

it('no row is left of a kind that has a record', () => {
  const judged = workloadKinds().map(idOf);
  expect(namedKinds().filter((one) => judged.includes(idOf(one)))).toEqual([]);
});

it("a kind that gets a record is none of them any more, and neither an operator's owner", () => {
  const pod = { ownerReferences: [{ apiVersion: 'ships.io/v1', kind: 'Ship', name: 'a' }] };
  expect(namedKind('ray.io', 'RayCluster')).toBeDefined();
  const ship = { group: 'ships.io', kind: 'Ship', name: 'a' };
  expect(unknownOwnerOf(pod)).toEqual(ship);
  const forget = ['RayCluster', 'Ship'].map((kind) => {
    const group = kind === 'Ship' ? 'ships.io' : 'ray.io';
    return registerKind({ ...deployment, group, kind, apiVersion: `${group}/v1` });
  });
  try {
    expect(namedKind('ray.io', 'RayCluster')).toBeUndefined();
    expect(namedKinds().map(idOf)).not.toContain('ray.io/RayCluster');
    // The table of docs/policies.md grows by itself.
    const row = kindRows().filter(([kinds]) => kinds.includes('`RayCluster`'));
    expect(row).toEqual([['`RayCluster` (`ray.io/v1`)', expect.stringMatching(/^checked/)]]);
    expect(unknownOwnerOf(pod)).toBeUndefined();
    expect(customOwnerOf(pod)).toEqual(ship);
  } finally {
    for (const one of forget) one();
  }
});
