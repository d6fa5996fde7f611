// Text that others wrote, without the characters that nobody sees: they could rewrite a terminal, turn a line around, break a
// document, or pass one name off as another.

// Control characters; marks of direction, joiners and other signs of format; ends of lines and paragraphs; halves of a character,
// and what XML forbids beside them.
const hidden = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\ufffe\uffff]/gu;

/** In one line, each of them as `\u` and its number: for a terminal. */
export function visible(text: string): string {
  return text.replace(hidden, escaped);
}

/** The same of several lines: their ends and tabs stay. */
export function visibleLines(text: string): string {
  return text.replace(hidden, (found) => (found === '\n' || found === '\t' ? found : escaped(found)));
}

/** JSON in which those characters are escaped as well: same meaning, harmless on a terminal. */
export function visibleJson(value: unknown): string {
  return visibleLines(JSON.stringify(value, null, 2));
}

/** As many characters, a sign in the place of each of them: for a warning, which the API server drops when it has one. */
export function withoutHidden(text: string): string {
  return /^[ -~]*$/.test(text) ? text : text.replace(hidden, '\ufffd');
}

/** In the units of JSON, so that it holds there as well. */
function escaped(character: string): string {
  const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}
