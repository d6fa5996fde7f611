// Which objects a patch is for.

import { describe, expect, it } from 'vitest';
import { fits, isFor, ownTargetOf, targetOf } from '../../src/kustomize/target.ts';

describe('a pattern of a target', () => {
  it.each([
    ['', 'web', true],
    ['web', 'web', true],
    ['web', 'web2', false],
    ['^web$', 'web', true],
    ['we.', 'web', true],
    ['we\\.', 'web', false],
    ['web.*', 'web-api', true],
    ['.*-api', 'web-api', true],
    ['.*-api', 'web', false],
    ['w.*b.*i', 'web-api', true],
    ['.*', 'web', true],
    ['web|api', 'job', true],
    ['(a+)+$', 'web', true],
  ])('%s and %s', (pattern, text, expected) => {
    expect(fits(pattern, text)).toBe(expected);
  });
});

describe('a target', () => {
  const web = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', labels: { app: 'web', tier: 'front' } },
  };

  it.each([
    [{}, true],
    [{ kind: 'Deployment' }, true],
    [{ kind: 'StatefulSet' }, false],
    [{ kind: 'Deployment', name: 'api' }, false],
    [{ group: 'apps' }, true],
    [{ group: 'batch' }, false],
    [{ labelSelector: 'app=web' }, true],
    [{ labelSelector: 'app=web, tier==back' }, false],
    [{ labelSelector: 'added-by-kustomize=yes' }, true],
    [{ labelSelector: 'tier in (back)' }, true],
  ])('%j', (target, expected) => {
    expect(isFor(targetOf(target), web, ['web'])).toBe(expected);
  });

  it('takes every name that the object has on its way', () => {
    expect(isFor(targetOf({ name: 'prod-web' }), web, ['web', 'prod-web'])).toBe(true);
  });

  it('of a patch without one is the object that the patch names', () => {
    const patch = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' } };
    expect(isFor(ownTargetOf(patch), web, ['web'])).toBe(true);
    expect(isFor(ownTargetOf({ ...patch, metadata: { name: 'w.b' } }), web, ['web'])).toBe(false);
  });
});
