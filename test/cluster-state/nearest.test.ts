// Which of several definitions of one name counts for a workload.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PlacedObject, surround } from '../../src/cluster-state/nearest.ts';
import { withAnyKey, withKey } from '../../src/cluster-state/object-index.ts';
import { readObjects } from '../../src/cluster-state/readers.ts';
import { servicesSharingLabel } from '../../src/cluster-state/service-index.ts';
import { viewList } from '../../src/cluster-state/view-list.ts';
import { readDocuments } from '../../src/yaml/documents.ts';

const place = (file: string) => ({ stream: file, folder: file.slice(0, file.lastIndexOf('/')) });

/** One document of a file; a file without a name is given for all. */
function placed(file: string | undefined, text: string): PlacedObject[] {
  const { objects } = readObjects(readDocuments(file ?? 'given', text).documents);
  return objects.map((object) => ({ object, ...(file !== undefined && { place: place(file) }) }));
}

const service = (port: number, name = 'web') =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\nspec: {selector: {app: web}, ports: [{port: ${port}}]}\n`;

/** The port of the Service that counts for a workload in `file`. */
function portFor(file: string, objects: readonly PlacedObject[]): number | undefined {
  const [found] = surround(objects).stateAt(place(file)).servicesIn('default');
  return found?.ports[0]?.port;
}

describe('of several definitions of one name', () => {
  const all = [
    ...placed('/r/one/web.yaml', service(1)),
    ...placed('/r/one/service.yaml', service(2)),
    ...placed('/r/two/service.yaml', service(3)),
    ...placed('/r/two/deep/deeper/service.yaml', service(4)),
    ...placed(undefined, service(5)),
  ];

  it.each([
    ['the one in the same file', '/r/one/web.yaml', 1],
    ['the last one in the same folder', '/r/one/other.yaml', 2],
    ['the one in the same folder before one below it', '/r/two/web.yaml', 3],
    ['the one in a folder above', '/r/two/deep/web.yaml', 4],
    ['the nearest way up and down', '/r/two/side/web.yaml', 3],
    ['of those equally far away the last one', '/r/web.yaml', 3],
    ['one of the inputs before one that is given for all', '/elsewhere/web.yaml', 3],
  ])('%s counts', (_, file, port) => {
    expect(portFor(file, all)).toBe(port);
  });

  it('the last one of a file counts', () => {
    expect(portFor('/r/a.yaml', placed('/r/a.yaml', `${service(1)}---\n${service(2)}`))).toBe(2);
  });

  it('the one that is given for all counts where there is no other', () => {
    expect(portFor('/r/a.yaml', placed(undefined, service(5)))).toBe(5);
  });

  it('a policy that is given for all wins', () => {
    const policy = (seconds: number) =>
      `apiVersion: hitless.dev/v1alpha1\nkind: ClusterRolloutPolicy\nmetadata: {name: a}\nspec: {preStopSleep: {seconds: ${seconds}}}\n`;
    const objects = [...placed(undefined, policy(7)), ...placed('/r/a.yaml', policy(8))];
    const [document] = surround(objects).stateAt(place('/r/a.yaml')).policies.documents;
    expect(document?.spec.preStopSleep?.seconds).toBe(7);
  });

  it('a Namespace counts in the same way', () => {
    const namespace = (mode: string) =>
      `apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {hitless.dev/mode: ${mode}}}\n`;
    const objects = [...placed('/r/a/n.yaml', namespace('audit')), ...placed('/r/b/n.yaml', namespace('enforce'))];
    const { stateAt } = surround(objects);
    const modes = ['/r/a/w.yaml', '/r/b/w.yaml'].map((file) => stateAt(place(file)).namespace('shop')?.labels);
    expect(modes).toEqual([{ 'hitless.dev/mode': 'audit' }, { 'hitless.dev/mode': 'enforce' }]);
  });

  it('are ambiguous only where they differ', () => {
    const files = ['/r/a.yaml', '/r/b.yaml'];
    const alike = surround(files.flatMap((file) => placed(file, service(1)))).ambiguous;
    const different = surround(files.flatMap((file, i) => placed(file, service(i)))).ambiguous;
    expect([alike.length, different.map((some) => some.map(({ file }) => file))]).toEqual([0, [files]]);
  });

  it('are known to exist for every file', () => {
    const state = surround(all).stateAt(place('/elsewhere/web.yaml'));
    expect([
      state.knows('Service', 'default'),
      state.knows('Service', 'shop'),
      state.knows('Ingress', 'default'),
    ]).toEqual([true, false, false]);
  });
});

it('one list of all files is shared where no name is ambiguous', () => {
  const { stateAt } = surround([...placed('/r/a.yaml', service(1)), ...placed('/r/b.yaml', service(2, 'api'))]);
  const [one, two] = ['/r/a.yaml', '/r/c.yaml'].map((file) => stateAt(place(file)).servicesIn('default'));
  expect(one).toBe(two);
});

it('ten thousand files with two definitions of each name are not looked at for each file', () => {
  const objects = Array.from({ length: 10_000 }, (_, i) => [
    ...placed(`/r/${i}/a.yaml`, service(i, `web${i}`).replaceAll('app: web', `app: web${i}`)),
    ...placed(`/r/${i}/b/b.yaml`, service(i + 1, `web${i}`).replaceAll('app: web', `app: web${i}`)),
  ]).flat();
  const { stateAt } = surround(objects);
  let chosen = 0;
  for (let i = 0; i < 10_000; i += 1) {
    const services = stateAt(place(`/r/${i}/w.yaml`)).servicesIn('default');
    const [found, ...others] = servicesSharingLabel(services, { app: `web${i}` });
    if (found?.ports[0]?.port === i && others.length === 0) chosen += 1;
  }
  expect(chosen).toBe(10_000);
}, 60_000);

describe('a list that depends on who asks', () => {
  const objects = fc.array(
    fc.record({
      selector: fc.dictionary(fc.constantFrom('a', 'b'), fc.constantFrom('x', 'y')),
      name: fc.constantFrom('p', 'q'),
    }),
    { minLength: 1, maxLength: 3 },
  );

  it('gives by key what a walk through it gives', () => {
    fc.assert(
      fc.property(fc.array(objects, { maxLength: 6 }), fc.nat(), (groups, seed) => {
        const candidates = groups.map((some) => some.map((one) => ({ ...one, namespace: '', ports: [] })));
        const choose = ({ candidates: some }: { candidates: readonly object[] }) => some[seed % some.length] as never;
        const list: readonly (typeof candidates)[number][number][] = viewList(
          candidates.map((some) => ({ candidates: some })),
          choose,
        );
        const plain = candidates.map((some) => some[seed % some.length]);
        const nameOf = ({ name }: { name: string }) => name;
        const keysOf = ({ selector }: { selector: object }) => Object.keys(selector);
        expect(withKey(list, nameOf, 'p')).toEqual(plain.filter((one) => one?.name === 'p'));
        expect(withAnyKey(list, keysOf, 'a')).toEqual(plain.filter((one) => Object.hasOwn(one?.selector ?? {}, 'a')));
        expect([...list]).toEqual(plain);
        expect(list.map(nameOf)).toEqual(plain.map((one) => one?.name));
        expect([list.length, Array.isArray(list), list.slice(0, 1)]).toEqual([plain.length, true, plain.slice(0, 1)]);
      }),
    );
  });
});
