// Untrusted text without invisible characters, which could rewrite a terminal, reverse a line, break a document, or pass one name
// off as another.

// Control characters; direction marks, joiners and other format characters; line and paragraph separators; lone surrogates, and the
// other characters that XML forbids.
const hidden = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\ufffe\uffff]/gu;

/** Text for a terminal, in one line: each hidden character becomes `\u` and its number. */
export function visible(text: string): string {
  return text.replace(hidden, escaped);
}

/** The same for several lines: line ends and tabs stay. */
export function visibleLines(text: string): string {
  return text.replace(hidden, (found) => (found === '\n' || found === '\t' ? found : escaped(found)));
}

/** JSON with these characters escaped as well: the same meaning, but harmless on a terminal. */
export function visibleJson(value: unknown): string {
  return visibleLines(JSON.stringify(value, null, 2));
}

/** Text for a warning, with U+FFFD for each hidden character: the API server drops warnings that contain one. */
export function withoutHidden(text: string): string {
  return /^[ -~]*$/.test(text) ? text : text.replace(hidden, '\ufffd');
}

/** In UTF-16 units, so that the result is valid in JSON as well. */
function escaped(character: string): string {
  const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}
