// One line for each kind of thing that the inputs hold and the results do not cover.

import type { ClusterObject } from '../../cluster-state/readers.ts';
import { count } from '../../text/count.ts';
import type { Problem } from '../../yaml/documents.ts';

export interface LeftOut {
  /** Files that have to be rendered first. */
  readonly templates: readonly string[];
  /** Broken documents of kinds that nothing reads. */
  readonly broken: readonly Problem[];
  /** Hidden folders with YAML files. */
  readonly hidden: readonly string[];
  /** What was named, and the configuration ignores. */
  readonly ignored: readonly string[];
}

export function leftOutNotices({ templates, broken, hidden, ignored }: LeftOut): readonly string[] {
  return [
    ...some(templates, ([first = '']) => {
      const [what, them] = templates.length === 1 ? ['is a template', 'it'] : ['are templates', 'them'];
      const such = templates.length === 1 ? first : `${count(templates.length, 'file')}, such as ${first},`;
      return `${such} ${what} and not checked: render ${them} first (\`helm template ... | hitless check -\`)`;
    }),
    ...some(broken, ([first]) => {
      const place = `${first?.file}:${first?.line}`;
      return `${count(broken.length, 'document')} of kinds that hitless does not read cannot be parsed, such as ${place}: ${first?.message}`;
    }),
    ...some(hidden, () => `hidden folders are not read unless they are named: ${named(hidden)}`),
    ...some(ignored, () => `not read, because ignoredPaths of the configuration says so: ${named(ignored)}`),
  ];
}

const mostNamed = 10;

function named(paths: readonly string[]): string {
  const more = paths.length > mostNamed ? ` and ${paths.length - mostNamed} more` : '';
  return `${paths.slice(0, mostNamed).join(', ')}${more}`;
}

/** `count`: how many names have several definitions; `first`: the definitions of the first one. */
export function ambiguityNotices({ count: names, first }: AmbiguousNames): readonly string[] {
  if (names === 0) return [];
  const [one, two] = first.map(({ file, line }) => `${file}:${line}`);
  const what = `${first[0]?.id} in ${one} and ${two}`;
  const others = names - 1;
  const more =
    others === 0 ? '' : `, and so ${others === 1 ? 'is 1 other name' : `are ${count(others, 'other name')}`}`;
  return [
    `one name is defined differently by several documents (${what})${more}: what is nearest to a workload counts for it`,
  ];
}

export interface AmbiguousNames {
  readonly count: number;
  readonly first: readonly ClusterObject[];
}

/** `files`: the kustomizations among the inputs. */
export function kustomizeNotices(files: readonly string[]): readonly string[] {
  return some(files, ([first = '']) => {
    const what = files.length === 1 ? `${first} is` : `${count(files.length, 'kustomization')}, such as ${first}, are`;
    return `${what} not rendered, and the files are read as they are: \`hitless check --render\` checks what kustomize or kubectl makes of them`;
  });
}

function some<T>(items: readonly T[], sentence: (items: readonly T[]) => string): readonly string[] {
  return items.length === 0 ? [] : [sentence(items)];
}
