// Resource quantities such as `500m`, `1Gi` and `1e3`, read exactly: as billionths, the smallest unit of the API.
// Source: kubernetes/apimachinery pkg/api/resource/quantity.go.

/** `text` in billionths, rounded up as the API does it; undefined for what is not a quantity. */
export function parseQuantity(text: string): bigint | undefined {
  const [, sign, whole = '', fraction = '', suffix = ''] = pattern.exec(text) ?? [];
  if (sign === undefined || whole + fraction === '') return undefined;
  const digits = BigInt(whole + fraction) * (binary[suffix] ?? 1n);
  const exponent = 9 - fraction.length + (exponentOf(suffix) ?? 0);
  const billionths = exponent >= 0 ? digits * 10n ** BigInt(exponent) : ceilDivide(digits, 10n ** BigInt(-exponent));
  return sign === '-' ? -billionths : billionths;
}

/** `1760m`, `512Mi`: billionths as people write them. */
export function formatQuantity(billionths: bigint): string {
  const one = 1_000_000_000n;
  if (billionths % one !== 0n) return `${ceilDivide(billionths, 1_000_000n)}m`;
  const amount = billionths / one;
  const suffix = ['Ei', 'Pi', 'Ti', 'Gi', 'Mi', 'Ki'].find(
    (name) => amount !== 0n && amount % (binary[name] ?? 1n) === 0n,
  );
  return suffix === undefined ? `${amount}` : `${amount / (binary[suffix] ?? 1n)}${suffix}`;
}

// No real amount has more digits; a longer one would only cost time.
const pattern = /^([+-]?)(\d{0,40})(?:\.(\d{0,40}))?([numkMGTPE]|[KMGTPE]i|[eE][+-]?\d{1,2})?$/;

const binary: Readonly<Record<string, bigint>> = Object.fromEntries(
  ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'].map((suffix, index) => [suffix, 1024n ** BigInt(index + 1)]),
);

const decimal: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };

function exponentOf(suffix: string): number | undefined {
  return /^[eE][+-]?\d/.test(suffix) ? Number(suffix.slice(1)) : decimal[suffix];
}

function ceilDivide(value: bigint, by: bigint): bigint {
  return value % by === 0n ? value / by : value / by + 1n;
}
