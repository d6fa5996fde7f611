// The links and headings of a Markdown page, read as GitHub reads them.

export interface Link {
  readonly target: string;
  readonly line: number;
}

/** Links and pictures, inline or by reference. Code is not read. */
export function linksOf(text: string): readonly Link[] {
  return proseLines(text).flatMap(({ text: line, number }) => {
    const inline = line.matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g);
    const named = line.matchAll(/^\s{0,3}\[[^\]]+\]:\s*<?([^\s>]+)>?/g);
    const html = line.matchAll(/<(?:a|img)\s[^>]*?(?:href|src)="([^"]+)"/g);
    return [...inline, ...named, ...html].map(([, target = '']) => ({ target, line: number }));
  });
}

/** What may stand behind a # in a link to the page. */
export function anchorsOf(text: string): ReadonlySet<string> {
  const seen = new Map<string, number>();
  const anchors = new Set<string>();
  for (const { text: line } of proseLines(text, { keepCode: true })) {
    for (const [, id = ''] of line.matchAll(/<a\s[^>]*?(?:id|name)="([^"]+)"/g)) anchors.add(id);
    const heading = /^ {0,3}#{1,6}\s+(.*?)\s*#*\s*$/.exec(line)?.[1];
    if (heading === undefined) continue;
    const slug = slugOf(heading);
    const times = seen.get(slug) ?? 0;
    seen.set(slug, times + 1);
    anchors.add(times === 0 ? slug : `${slug}-${times}`);
  }
  return anchors;
}

/** Lower case, without punctuation but hyphens and underscores, blanks as hyphens. */
export function slugOf(heading: string): string {
  const shown = heading
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/`([^`]*)`/g, '$1')
    .replace(/\*{1,2}([^*]+)\*{1,2}/g, '$1')
    .replace(/<[^>]+>/g, '');
  return shown
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}\s_-]/gu, '')
    .replace(/\s/g, '-');
}

/** The lines outside of fenced code, without code spans unless they are wanted. */
function proseLines(text: string, { keepCode = false } = {}) {
  let fence: string | undefined;
  return text.split('\n').flatMap((line, index) => {
    const mark = /^\s*(`{3,}|~{3,})/.exec(line)?.[1];
    if (fence === undefined && mark !== undefined) fence = mark;
    else if (fence !== undefined) {
      if (mark?.startsWith(fence) === true) fence = undefined;
    } else return [{ text: keepCode ? line : line.replace(/(`+)(?!`).*?(?<!`)\1(?!`)/g, ''), number: index + 1 }];
    return [];
  });
}
