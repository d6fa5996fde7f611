// Findings that the configuration or a baseline accepts: set aside where findings are made, in whatever thread.

import type { RuleIgnore, RuleIgnores } from '../../policy/ignores.ts';
import { rules } from '../../rules/rules.ts';
import type { Baseline } from '../baseline/file.ts';
import { type IgnoreEntries, type IgnoreEntry, isAbout, isOfRule } from '../configuration/ignore-entries.ts';
import type { Diagnostic, Ignored, JudgedWorkload } from '../diagnostic.ts';
import { fingerprintOf } from '../fingerprint.ts';
import { setAside } from '../ignored.ts';
import type { ObjectReference } from '../object-reference.ts';
import { manifest } from '../topics.ts';

/** Plain data. */
export interface AcceptanceSettings {
  /** Of the configuration. */
  readonly ignores?: IgnoreEntries;
  readonly baseline?: KnownFindings;
}

/** `known`: the baseline. */
export function acceptanceSettings({
  ignores,
  known,
}: {
  readonly ignores?: IgnoreEntries;
  readonly known?: Baseline;
}): AcceptanceSettings {
  if (known === undefined) return ignores === undefined ? {} : { ignores };
  const fingerprints = new Set(known.entries.map(({ fingerprint }) => fingerprint));
  return { ...(ignores !== undefined && { ignores }), baseline: { file: known.file, fingerprints } };
}

export interface KnownFindings {
  /** As messages name it. */
  readonly file: string;
  readonly fingerprints: ReadonlySet<string>;
}

/** By fingerprint, how many findings. */
export type Counts = ReadonlyMap<string, number>;

/** What was found of what is accepted. */
export interface Accepted {
  /** The places of the entries that something matched. */
  readonly entries: ReadonlySet<string>;
  /** What was found of the baseline: perhaps more often than the baseline has it. */
  readonly known: Counts;
}

export interface Acceptance {
  /** The rules that the configuration ignores in an object. */
  readonly rulesIgnoredIn: (object: ObjectReference) => RuleIgnores | undefined;
  /** Without what the configuration accepts, which joins what was accepted before. */
  readonly withoutIgnored: <Judged extends JudgedWorkload>(judged: Judged) => Judged;
  /** The same for what is in the baseline. */
  readonly withoutKnown: <Judged extends JudgedWorkload>(judged: Judged) => Judged;
  /** Since the last call. */
  readonly taken: () => Accepted;
}

export function createAcceptance({ ignores, baseline }: AcceptanceSettings): Acceptance {
  const { counting = [], over = [] } = ignores ?? {};
  let taken = { entries: new Set<string>(), known: new Map<string, number>() };
  return {
    rulesIgnoredIn: (object) => rulesIn(counting.filter((entry) => isAbout(entry, object))),
    withoutIgnored: (judged) => {
      const about = counting.filter((entry) => isAbout(entry, judged.object));
      const left = setAside(judged, (one) => ignoredMistake(about, one));
      for (const { where } of matchedIn(left, over)) taken.entries.add(where);
      for (const { ignored } of left.ignored ?? [])
        if (ignored.by === 'configuration') taken.entries.add(ignored.where);
      return left;
    },
    withoutKnown: (judged) => (baseline === undefined ? judged : withoutKnown(judged, baseline, taken.known)),
    taken: () => {
      const last = taken;
      taken = { entries: new Set(), known: new Map() };
      return last;
    },
  };
}

/** Of a rule the first entry counts. */
function rulesIn(entries: readonly IgnoreEntry[]): RuleIgnores | undefined {
  const ignores = new Map<string, RuleIgnore>();
  for (const entry of entries.toReversed())
    for (const { id: rule } of rules)
      if (isOfRule(entry, rule))
        ignores.set(rule, { rule, origin: entry.where, reason: entry.reason, configured: true });
  return ignores.size === 0 ? undefined : ignores;
}

/** Of what is no rule, and has no policy that could lock it. */
function ignoredMistake(entries: readonly IgnoreEntry[], { rule }: Diagnostic): Ignored | undefined {
  if (rule !== manifest.id) return undefined;
  const entry = entries.find((one) => isOfRule(one, rule));
  return entry && { by: 'configuration', where: entry.where, reason: entry.reason };
}

/** The entries that something that counts matches. */
function matchedIn({ object, diagnostics }: JudgedWorkload, entries: readonly IgnoreEntry[]): readonly IgnoreEntry[] {
  if (entries.length === 0 || diagnostics.length === 0) return [];
  const about = entries.filter((entry) => isAbout(entry, object));
  return about.filter((entry) => diagnostics.some(({ rule }) => isOfRule(entry, rule)));
}

function withoutKnown<Judged extends JudgedWorkload>(
  judged: Judged,
  { file, fingerprints }: KnownFindings,
  known: Map<string, number>,
): Judged {
  return setAside(judged, (one) => {
    const fingerprint = fingerprintOf(judged.object, one);
    if (!fingerprints.has(fingerprint)) return undefined;
    known.set(fingerprint, (known.get(fingerprint) ?? 0) + 1);
    return { by: 'baseline', where: file };
  });
}
