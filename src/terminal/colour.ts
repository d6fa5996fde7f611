// Whether a stream gets colours: by flag, by environment, and by what it is.

export const colourChoices = ['auto', 'always', 'never'] as const;
export type ColourChoice = (typeof colourChoices)[number];

export interface ColourEnvironment {
  /** Of Node.js and many tools. */
  readonly FORCE_COLOR?: string | undefined;
  /** no-color.org */
  readonly NO_COLOR?: string | undefined;
  /** bixense.com/clicolors */
  readonly CLICOLOR_FORCE?: string | undefined;
  readonly CLICOLOR?: string | undefined;
  readonly TERM?: string | undefined;
}

/** The variables win over the kind of the stream, and the first of them that is set over the others. */
export function hasColour({ isTTY }: { readonly isTTY?: boolean }, environment: ColourEnvironment): boolean {
  const { FORCE_COLOR, NO_COLOR, CLICOLOR_FORCE, CLICOLOR, TERM } = environment;
  if (FORCE_COLOR) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  if (NO_COLOR) return false;
  if (CLICOLOR_FORCE && CLICOLOR_FORCE !== '0') return true;
  return isTTY === true && CLICOLOR !== '0' && TERM !== 'dumb';
}
