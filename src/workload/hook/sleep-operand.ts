// The operands of `sleep`, as GNU coreutils and BusyBox read them; both add several of them up.

const unitSeconds: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3_600, d: 86_400 };

/** A number of seconds; Infinity for `infinity`; undefined where it depends on the program; NaN for what every sleep refuses. */
export function sleepOperandSeconds(text: string): number | undefined {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d*)?|\.\d+)([smhd]?)$/.exec(text) ?? [];
  if (number !== '') return Number(number) * (unitSeconds[unit] ?? Number.NaN);
  if (/^inf(?:inity)?$/i.test(text)) return Number.POSITIVE_INFINITY;
  // GNU reads exponents, hexadecimal numbers, signs and options; BusyBox does not. A comma is up to the locale.
  if (/^(?:\+|--|0[xX]|[\d.]+[eE,])/.test(text)) return undefined;
  return Number.NaN;
}
