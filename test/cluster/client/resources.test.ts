// Paths of the API server.

import { expect, it } from 'vitest';
import { apiResources, collectionOf, groupOf, groupPath, pathOf } from '../../../src/cluster/client/resources.ts';
import { policyApiVersion } from '../../../src/policy/validation/validate.ts';
import { deployment as deployments } from '../../../src/workload/kinds/deployment.ts';

const { namespaces, rolloutPolicies } = apiResources;

it('of the core group and of others, in a namespace and in all', () => {
  expect(collectionOf(namespaces)).toBe('/api/v1/namespaces');
  expect(collectionOf(deployments)).toBe('/apis/apps/v1/deployments');
  expect(collectionOf(deployments, 'shop')).toBe('/apis/apps/v1/namespaces/shop/deployments');
  expect(pathOf({ kind: deployments, namespace: 'shop', name: 'web' })).toBe(
    '/apis/apps/v1/namespaces/shop/deployments/web',
  );
});

it('hold any name as one piece', () => {
  expect(pathOf({ kind: namespaces, name: 'a/b?c' })).toBe('/api/v1/namespaces/a%2Fb%3Fc');
  expect(collectionOf(deployments, '../x')).toBe('/apis/apps/v1/namespaces/..%2Fx/deployments');
});

it('begin as an apiVersion says, and ours as the policies say', () => {
  expect(['v1', 'apps/v1'].map(groupOf).map(groupPath)).toEqual(['/api/v1', '/apis/apps/v1']);
  expect(groupPath(rolloutPolicies)).toBe(`/apis/${policyApiVersion}`);
});
