// The colours of every page, for a reader's light and dark mode. Charts in a page have them as well.

export interface Colour {
  readonly light: string;
  readonly dark: string;
}

export const pageColours = {
  surface: { light: '#ffffff', dark: '#12161c' },
  text: { light: '#1f2328', dark: '#e6edf3' },
  muted: { light: '#57606a', dark: '#9da7b3' },
  grid: { light: '#e1e5ea', dark: '#2b323b' },
  lost: { light: '#c8102e', dark: '#ff5c6c' },
  ready: { light: '#44729b', dark: '#4e9be5' },
  zero: { light: '#167a5b', dark: '#3fc99a' },
} as const satisfies Readonly<Record<string, Colour>>;
