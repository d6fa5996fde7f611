// Sets of field paths, as structured-merge-diff keeps them and managedFields writes them (fieldsV1).

// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
type Any = any;

/** `member`: the path itself is in the set. Keys are written as in fieldsV1: `f:name`, `k:{"name":"web"}`. */
export interface Node {
  readonly member: boolean;
  readonly children: FieldSet;
}

export type FieldSet = ReadonlyMap<string, Node>;

export const emptySet: FieldSet = new Map();
const absent: Node = { member: false, children: emptySet };

function combine(a: FieldSet, b: FieldSet, keep: (inA: boolean, inB: boolean) => boolean): FieldSet {
  const result = new Map<string, Node>();
  for (const key of new Set([...a.keys(), ...b.keys()])) {
    const { member: inA, children: ofA } = a.get(key) ?? absent;
    const { member: inB, children: ofB } = b.get(key) ?? absent;
    const node = { member: keep(inA, inB), children: combine(ofA, ofB, keep) };
    if (node.member || node.children.size > 0) result.set(key, node);
  }
  return result;
}

export const union = (a: FieldSet, b: FieldSet): FieldSet =>
  a.size === 0 ? b : b.size === 0 ? a : combine(a, b, (inA, inB) => inA || inB);
export const difference = (a: FieldSet, b: FieldSet): FieldSet =>
  b.size === 0 ? a : combine(a, b, (inA, inB) => inA && !inB);
export const intersection = (a: FieldSet, b: FieldSet): FieldSet =>
  a.size === 0 || b.size === 0 ? emptySet : combine(a, b, (inA, inB) => inA && inB);

/** A set that is filled while a value is walked. */
export interface Growing extends Map<string, { member: boolean; children: Growing }> {}

export function insert(set: Growing, path: readonly string[]): void {
  let at = set;
  path.forEach((key, index) => {
    let node = at.get(key);
    if (node === undefined) {
      node = { member: false, children: new Map() };
      at.set(key, node);
    }
    if (index === path.length - 1) node.member = true;
    at = node.children;
  });
}

/** Every path of the set, its elements joined by a space: for messages and comparisons. */
export function pathsOf(set: FieldSet, above = ''): string[] {
  return [...set].flatMap(([key, { member, children }]) => {
    const path = above === '' ? key : `${above} ${key}`;
    return [...(member ? [path] : []), ...pathsOf(children, path)];
  });
}

export function toFieldsV1(set: FieldSet): Any {
  const keys = [...set.keys()].sort();
  return Object.fromEntries(keys.map((key) => [key, nodeToJson(set.get(key) as Node)]));
}

function nodeToJson({ member, children }: Node): Any {
  if (children.size === 0) return {};
  return member ? { '.': {}, ...toFieldsV1(children) } : toFieldsV1(children);
}

export function fromFieldsV1(json: Any): FieldSet {
  const entries = Object.entries(json as Record<string, Any>).filter(([key]) => key !== '.');
  return new Map(
    entries.map(([key, inner]) => {
      const children = fromFieldsV1(inner);
      return [key, { member: children.size === 0 || inner['.'] !== undefined, children }];
    }),
  );
}
