// Messages that differ only by names and numbers, as one sentence, in which `…` stands for what differs: as in docs/rules.md.

export interface MessageGroup<One> {
  readonly sentence: string;
  /** In the order in which they came. */
  readonly members: readonly One[];
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

/** The largest group first; of one size in alphabetical order. */
export function groupMessages<One extends { readonly message: string }>(
  all: readonly One[],
): readonly MessageGroup<One>[] {
  const split = all.map((one) => ({ one, parts: partsOf(one.message) }));
  const groups = Map.groupBy(split, ({ parts }) => JSON.stringify(parts.filter((_, at) => at % 2 === 0)));
  return Array.from(groups.values(), (members) => ({
    sentence: commonSentence(members.map(({ parts }) => parts)),
    members: members.map(({ one }) => one),
  })).sort((a, b) => b.members.length - a.members.length || compare(a.sentence, b.sentence));
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

function commonSentence([first = [], ...others]: readonly (readonly string[])[]): string {
  return first.map((part, at) => (others.every((parts) => parts[at] === part) ? part : '…')).join('');
}

/** By code points: the same on every machine. */
function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
