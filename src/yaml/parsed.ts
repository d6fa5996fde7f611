// One YAML document of a source string, as both readers give it.

import type { TextMistake } from './problems.ts';
import type { Node } from './tree.ts';

/** A tree, or why there is none; neither for an empty document. */
export interface ParsedDocument {
  readonly start: number;
  readonly end: number;
  readonly root?: Node;
  readonly mistakes: readonly TextMistake[];
  readonly doubled: readonly DoubledKey[];
}

/** A key that a map has twice. kubectl takes the last one without a word, and so do we; most other programs refuse the file. */
export interface DoubledKey {
  readonly key: string;
  /** The offsets of the first and of another one. */
  readonly first: number;
  readonly second: number;
}
