// The commands that a page shows, in fenced blocks and in code spans.

const programs = /^(?:kubectl|helm|npx hitless|npm run|docker|buildah|skopeo) /;

/** Each line as a shell gets it, without the comment behind it. */
export function commandsOf(page: string): readonly string[] {
  const blocks = Array.from(page.matchAll(/^```(?:sh|bash)?\n([\s\S]*?)^```$/gm), ([, block = '']) => block);
  const lines = blocks.flatMap((block) => block.replaceAll(/\\\n\s*/g, '').split('\n'));
  const prose = page.replaceAll(/^```[\s\S]*?^```$/gm, '');
  const spans = Array.from(prose.matchAll(/`([^`]+)`/g), ([, span = '']) => span.replaceAll(/\s+/g, ' '));
  return [...lines.map((line) => line.replace(/\s+#\s.*$/, '').trim()), ...spans].filter((one) => programs.test(one));
}

/** The words of the first command of a pipe, without their quotes. */
export function wordsOf(command: string): readonly string[] {
  const words = Array.from(command.matchAll(/'[^']*'|"[^"]*"|[^\s'"]+(?:='[^']*')?/g), ([word]) => word);
  const end = words.findIndex((word) => word === '|' || word === '>' || word === '&&');
  return words.slice(0, end < 0 ? undefined : end).map((word) => word.replaceAll(/^['"]|['"]$/g, ''));
}
