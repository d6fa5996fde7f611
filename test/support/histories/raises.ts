// Enforce may raise an author's value: which fields, how, and for how long afterwards.

import type { Settings } from '../cluster/hitless.ts';
import type { Changes } from './changes.ts';
import type { Done } from './worlds.ts';

interface Field {
  readonly section: string;
  readonly pattern: RegExp;
  readonly inTemplate: boolean;
  readonly isRaised: (own: unknown, raised: unknown) => boolean;
}

const higher = (own: unknown, raised: unknown) => Number(raised) > Number(own ?? 0);
const fields: readonly Field[] = [
  {
    section: 'terminationGracePeriod',
    pattern: /\.terminationGracePeriodSeconds$/,
    inTemplate: true,
    isRaised: higher,
  },
  { section: 'preStopSleep', pattern: /\.preStop\.sleep\.seconds$/, inTemplate: true, isRaised: higher },
  {
    section: 'rollingUpdate',
    pattern: /\.maxUnavailable$/,
    inTemplate: false,
    isRaised: (_own, raised) => raised === 0,
  },
  { section: 'minReadySeconds', pattern: /\.minReadySeconds$/, inTemplate: false, isRaised: higher },
];

export interface Raises {
  /** `seen`: the request shows that the author changed his template; `replanned`: it looks changed although he did not. */
  readonly learn: (done: Done, changes: Changes, settings: Settings, template: Seen) => void;
  readonly isRaise: (path: string, own: unknown, found: unknown) => boolean;
}

interface Seen {
  readonly seen: boolean;
  readonly replanned: boolean;
}

export function raises(): Raises {
  const allowed = new Set<string>();
  const ever = new Set<string>();
  const learn: Raises['learn'] = (done, changes, settings, { seen, replanned }) => {
    const mode = modeOf(done, settings);
    for (const { section, inTemplate } of fields) {
      const enforces = mode === 'enforce' && settings.policy?.[section]?.action === 'enforce';
      if (enforces) ever.add(section);
      if (mode === 'none' || mode === 'audit') {
        // An old revision may hold a raised value.
        if (done.write.kind === 'undo' && inTemplate && ever.has(section)) allowed.add(section);
        continue;
      }
      const decided = !inTemplate || (changes.templateStored && seen);
      if (enforces && (decided || changes.templateWritten || replanned)) allowed.add(section);
      if (!enforces && decided) allowed.delete(section);
    }
  };
  const isRaise: Raises['isRaise'] = (path, own, found) =>
    fields.some((field) => field.pattern.test(path) && allowed.has(field.section) && field.isRaised(own, found));
  return { learn, isRaise };
}

/** What hitless may do in this write; none where it was not asked. */
export function modeOf(
  { called, after }: Done,
  { mode, unnamed = false }: Settings,
): 'enforce' | 'audit' | 'off' | 'none' {
  if (!called || mode === undefined) return 'none';
  const own = after.live.metadata.annotations?.['hitless.dev/mode'];
  if (own === 'off') return 'off';
  return own === 'audit' || mode === 'audit' || unnamed ? 'audit' : 'enforce';
}
