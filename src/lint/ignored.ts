// Findings that somebody accepted: how they leave what counts, and how every output says them.

import type { Ignored, IgnoredDiagnostic, JudgedWorkload } from './diagnostic.ts';
import type { FileDiagnostic, LintResult } from './result.ts';

/** `judged` without the findings for which `acceptedBy` names somebody: they join those that were accepted before. */
export function setAside<Judged extends JudgedWorkload>(
  judged: Judged,
  acceptedBy: (one: Judged['diagnostics'][number]) => Ignored | undefined,
): Judged {
  const diagnostics: Judged['diagnostics'][number][] = [];
  const set: NonNullable<Judged['ignored']>[number][] = [];
  for (const one of judged.diagnostics) {
    const ignored = acceptedBy(one);
    if (ignored === undefined) diagnostics.push(one);
    else set.push({ ...one, ignored });
  }
  return set.length === 0 ? judged : { ...judged, diagnostics, ignored: [...(judged.ignored ?? []), ...set] };
}

export function withoutIgnored<Judged extends JudgedWorkload>({
  ignored: _,
  ...rest
}: Judged): Omit<Judged, 'ignored'> {
  return rest;
}

/** One accepted finding with its file and object. */
export interface FileIgnored extends FileDiagnostic {
  readonly ignored: Ignored;
}

export function* allIgnored({ examined }: LintResult): Generator<FileIgnored> {
  for (const { file, object, ignored = [] } of examined) for (const one of ignored) yield { ...one, file, object };
}

/** `ignored by Namespace shop annotation ignore.hitless.dev/pre-stop-sleep: the proxy waits`. */
export function ignoredBy({ where, reason }: Ignored): string {
  return `ignored by ${where}${reason === undefined ? '' : `: ${reason}`}`;
}

/** All of it in one sentence. */
export function ignoredSentence({ rule, message, ignored }: IgnoredDiagnostic): string {
  return `${rule}: ${message} (${ignoredBy(ignored)})`;
}

/** The sentence that says how to see them; empty where there are none, or where they are shown. */
export function ignoredLine(ignored: number, isShown: true | undefined): string {
  return ignored === 0 || isShown ? '' : '--show-ignored prints what is ignored, and why.\n';
}
