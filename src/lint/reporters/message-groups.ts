// Messages that differ only by names and numbers, as one sentence, in which `…` stands for what differs: as in docs/rules.md.

export interface MessageGroup<One> {
  readonly sentence: string;
  readonly size: number;
  /** The first of them, in the order in which they came. */
  readonly members: readonly One[];
}

/** Messages so far, of which only a few are kept: a repository has any number. */
export interface MessageGroups<One> {
  readonly add: (one: One) => void;
  readonly size: () => number;
  /** The largest group first; of one size in alphabetical order. */
  readonly groups: () => readonly MessageGroup<One>[];
}

/** The nouns that a name follows. */
const nouns: ReadonlySet<string> = new Set(
  [
    'at claim class container image namespace placeholder port volume',
    'Gateway HTTPRoute HorizontalPodAutoscaler Ingress Namespace PodDisruptionBudget ResourceQuota Rollout Service TargetGroupBinding',
  ].flatMap((line) => line.split(' ')),
);
/** What follows such a noun and is a word of the sentence: two sentences that differ in it say two things. */
const words: ReadonlySet<string> = new Set(
  [
    'a alone an and are as at beside beyond but by each every first for from has have if in is it its itself least may most',
    'no not of on once one only or other others runs same than that the their them themselves these this times to was were when which who',
    'whose will with without',
    'allows asks can changes comes could counts declares declared does enforces ends fails fits gets gives keeps matches may means name',
    'named needs passed passes publishes says selects sends shares stops suggests takes targets uses waits would',
    'maxUnavailable ready unready unknown',
  ].flatMap((line) => line.split(' ')),
);
const name = /^[^,;:()]*[^,;:().]/;
const quoted = /("[^"]*")/;
// What is in brackets, and numbers.
const value = /(\[[^[\]]*\]|\d+(?:[.,]\d+)*)/;

/** The first sentence, what of it all others share, and the first members. */
interface Collected<One> {
  readonly parts: readonly string[];
  readonly isShared: boolean[];
  size: number;
  readonly members: One[];
}

/** `most`: so many members of a group are kept. */
export function messageGroups<One extends { readonly message: string }>(most: number): MessageGroups<One> {
  const byParts = new Map<string, Collected<One>>();
  let size = 0;
  const add = (one: One) => {
    const parts = partsOf(one.message);
    const key = JSON.stringify(parts.filter((_, at) => at % 2 === 0));
    const group = byParts.get(key) ?? { parts, isShared: parts.map(() => true), size: 0, members: [] };
    byParts.set(key, group);
    for (const [at, part] of parts.entries()) if (part !== group.parts[at]) group.isShared[at] = false;
    if (group.size < most) group.members.push(one);
    group.size += 1;
    size += 1;
  };
  const groups = () =>
    Array.from(byParts.values(), ({ parts, isShared, ...group }) => ({
      ...group,
      sentence: parts.map((part, at) => (isShared[at] ? part : '…')).join(''),
    })).sort((a, b) => b.size - a.size || compare(a.sentence, b.sentence));
  return { add, size: () => size, groups };
}

export function groupMessages<One extends { readonly message: string }>(
  all: Iterable<One>,
): readonly MessageGroup<One>[] {
  const collected = messageGroups<One>(Number.POSITIVE_INFINITY);
  for (const one of all) collected.add(one);
  return collected.groups();
}

/** Every second part is a name or a value. */
function partsOf(message: string): readonly string[] {
  return message.split(quoted).flatMap((part, at) => (at % 2 === 1 ? [part] : partsOfWords(part)));
}

function partsOfWords(text: string): readonly string[] {
  const parts: string[] = [''];
  let before = '';
  for (const [at, word] of text.split(' ').entries()) {
    const found = nouns.has(before) ? nameIn(word) : '';
    const [first = '', ...rest] = word.slice(found.length).split(value);
    const last = parts.length - 1;
    const blank = at === 0 ? '' : ' ';
    if (found === '') parts[last] += `${blank}${first}`;
    else {
      parts[last] += blank;
      parts.push(found, first);
    }
    parts.push(...rest);
    before = word;
  }
  return parts;
}

function nameIn(text: string): string {
  const [found = ''] = name.exec(text) ?? [];
  return words.has(found) ? '' : found;
}

/** By code points: the same on every machine. */
function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
