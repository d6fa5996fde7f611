// Colours of the charts, for a light and a dark page. A chart is drawn with the light ones, so that it is right wherever style
// sheets do not reach; the style sheet within it exchanges them by their value, so each value has one meaning.
// People with colour vision deficiency can distinguish neighbouring colours: test/measurement/report/charts/palette.test.ts computes it.

import { type Colour, pageColours } from '../../../page/colours.ts';
import type { Cause } from '../../analysis/measurement.ts';

// In this order the style sheets of the pictures name them.
const colours = {
  surface: pageColours.surface,
  text: pageColours.text,
  muted: pageColours.muted,
  grid: pageColours.grid,
  axis: { light: '#a9b2bc', dark: '#57606b' },
  event: { light: '#6e7782', dark: '#8b949f' },
  answered: { light: '#5b8fc7', dark: '#7fb3ec' },
  lost: pageColours.lost,
  starting: { light: '#ebb234', dark: '#cc961f' },
  ready: pageColours.ready,
  sleeping: { light: '#a991e9', dark: '#735c90' },
  ending: { light: '#5a1995', dark: '#d2c8f0' },
  ended: { light: '#d9dee4', dark: '#3a3d42' },
  serving: { light: '#2d333a', dark: '#d5dce4' },
  leaving: { light: '#98a1ab', dark: '#757e89' },
  whisker: { light: '#24292e', dark: '#f0f4f8' },
  zero: pageColours.zero,
  'endpoint-lag': { light: '#d4540c', dark: '#fd7509' },
  'not-ready': { light: '#e6b644', dark: '#fbd545' },
  'lag-or-not-ready': { light: '#a862d8', dark: '#7e1c94' },
  'no-endpoint': { light: '#382b22', dark: '#f5f5f4' },
  'closed-connection': { light: '#0655a4', dark: '#477dbe' },
  killed: { light: '#971065', dark: '#fc8be5' },
  'answered-error': { light: '#1c9072', dark: '#38b78a' },
  unexplained: { light: '#9ea8b3', dark: '#656666' },
} as const satisfies Readonly<Record<string, Colour>> & Readonly<Record<Cause, Colour>>;

export type ColourName = keyof typeof colours;

/** What to give to the charting library. */
export const colour = Object.fromEntries(Object.entries(colours).map(([name, { light }]) => [name, light])) as Readonly<
  Record<ColourName, string>
>;

export const palette: Readonly<Record<ColourName, Colour>> = colours;

/** The class of every chart. */
export const chartClass = 'hitless-chart';

/** On paper the light colours stay. */
export const darkStyle = `@media screen and (prefers-color-scheme:dark){${Object.values(colours)
  .map(({ light, dark }) =>
    ['fill', 'stroke'].map((what) => `.${chartClass} [${what}="${light}"]{${what}:${dark}}`).join(''),
  )
  .join('')}}`;
