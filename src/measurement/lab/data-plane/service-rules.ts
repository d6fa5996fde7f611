// Where the rules of a node send new connections to one port of a Service, and which of two readings differ.

export interface ServiceRules {
  readonly service: string;
  /** Its name. */
  readonly port: string;
  /** Of pods, in order. */
  readonly addresses: readonly string[];
}

/** Returns what differs from what it was given before; ports that are gone have no address. */
export function createDifference(): (now: readonly ServiceRules[], isAll: boolean) => readonly ServiceRules[] {
  const known = new Map<string, ServiceRules>();
  return (now, isAll) => {
    const given = new Set(now.map(keyOf));
    const gone = isAll ? [...known.values()].filter((one) => !given.has(keyOf(one))) : [];
    const changed = [...now, ...gone.map((one) => ({ ...one, addresses: [] }))].filter((one) => {
      const before = known.get(keyOf(one))?.addresses ?? [];
      return before.join(' ') !== one.addresses.join(' ');
    });
    for (const one of changed) known.set(keyOf(one), one);
    return changed;
  };
}

function keyOf({ service, port }: ServiceRules): string {
  return `${service} ${port}`;
}
