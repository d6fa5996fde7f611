// About how many bytes a value occupies in memory: enough to keep what tenants store within bounds.

const perValue = 40;
const perString = 24;
const perMember = 8;

/** Stops counting when it is above `most`: a value that is too large costs no more than one that is not. */
export function weightOf(value: unknown, most = Number.POSITIVE_INFINITY): number {
  const open: object[] = [];
  let weight = 0;
  const add = (one: unknown) => {
    if (typeof one === 'string') weight += perString + one.length;
    else if (typeof one === 'object' && one !== null) open.push(one);
  };
  add(value);
  for (let one = open.pop(); one !== undefined && weight <= most; one = open.pop()) {
    weight += perValue;
    if (Array.isArray(one)) {
      weight += one.length * perMember;
      if (weight <= most) for (const item of one) add(item);
    } else
      for (const key in one) {
        weight += perMember + key.length;
        add((one as Record<string, unknown>)[key]);
      }
  }
  return weight;
}

/** The same string without the longer one that it may be a slice of, which would stay in memory with it. */
export function copied(text: string): string {
  return Buffer.from(text).toString();
}
