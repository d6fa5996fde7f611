// A name for each pod of a measurement. A StatefulSet gives the name of a pod that is gone to its successor, so the second pod of a
// name has its number behind it: `web-0 #2`.

/** Always the same for one uid. Without a uid it is the last pod that had the name. */
export type PodNaming = (name: string, uid: string | undefined) => string;

export function podNaming(): PodNaming {
  const byUid = new Map<string, string>();
  const byName = new Map<string, { readonly count: number; readonly last: string }>();
  return (name, uid) => {
    const { count, last } = byName.get(name) ?? { count: 0, last: name };
    if (uid === undefined) return last;
    const known = byUid.get(uid);
    if (known !== undefined) return known;
    const given = count === 0 ? name : `${name} #${count + 1}`;
    byUid.set(uid, given);
    byName.set(name, { count: count + 1, last: given });
    return given;
  };
}

/** The name that the pod itself knows, and the API server. */
export function ownPodName(given: string): string {
  return given.replace(/ #\d+$/, '');
}
