// The lines of a response as admission warnings, which the user of the client reads, and as audit annotations.
// The API server drops a whole warning that holds a control character, merges equal ones, and cuts all of them once they exceed
// 4,096 characters together. Annotations have no practical limit; their names must be qualified names.

import { withoutHidden } from '../text/hidden.ts';
import { truncate } from '../text/truncate.ts';
import { type MessageLine, type Verb, verbs } from './message-line.ts';

const totalLimit = 4_096;
const lineLimit = 500;
const annotationLimit = 2_000;

/** Lines of several containers that say the same, merged into one. */
export interface GroupedLine extends Omit<MessageLine, 'container'> {
  /** ` in web, proxy`, or empty. */
  readonly where: string;
}

export function groupLines(lines: readonly MessageLine[]): readonly GroupedLine[] {
  const groups = lines.length > few ? Array.from(Map.groupBy(lines, keyOf).values()) : alike(lines);
  return groups.map(grouped);
}

// Comparing the lines of a few containers with one another costs less than making keys.
const few = 16;

function keyOf({ verb, rule, text }: MessageLine): string {
  return `${verb} ${rule} ${text}`;
}

function alike(lines: readonly MessageLine[]): readonly (readonly MessageLine[])[] {
  const groups: MessageLine[][] = [];
  for (const line of lines) {
    const { verb, rule, text } = line;
    const group = groups.find(([one]) => one?.text === text && one.rule === rule && one.verb === verb);
    if (group === undefined) groups.push([line]);
    else group.push(line);
  }
  return groups;
}

function grouped(lines: readonly MessageLine[]): GroupedLine {
  const [{ verb, rule, text }] = lines as readonly [MessageLine];
  const names = lines.flatMap(({ container }) => container ?? []);
  return { verb, rule, text, where: names.length === 0 ? '' : ` in ${names.join(', ')}` };
}

/** One line each. `object`: its name, for all of them. */
export function warningLines(lines: readonly GroupedLine[], object: string): readonly string[] {
  const whole = (text: string) => short(`hitless ${object}: ${text}`, lineLimit);
  const more = (cut: number) => whole(`${cut} more, see the audit log or run hitless check`);
  let total = more(lines.length).length;
  const kept: string[] = [];
  for (const line of lines) {
    const text = whole(sentence(line));
    total += text.length;
    if (total > totalLimit) break;
    kept.push(text);
  }
  const cut = lines.length - kept.length;
  return cut === 0 ? kept : [...kept, more(cut)];
}

/** By verb: `patched`, `would-patch`, and so on. */
export function auditAnnotations(lines: readonly GroupedLine[], decision: string): Readonly<Record<string, string>> {
  const annotations: Record<string, string> = { decision };
  for (const { verb, rule, text, where } of lines) {
    const name = annotationNames[verb];
    const before = annotations[name] === undefined ? '' : `${annotations[name]}; `;
    annotations[name] = `${before}${rule === '' ? '' : `${rule}: `}${text}${where}`;
  }
  for (const name of Object.keys(annotations)) annotations[name] = short(annotations[name] ?? '', annotationLimit);
  return annotations;
}

const annotationNames = Object.fromEntries(verbs.map((verb) => [verb, verb.replaceAll(' ', '-')])) as Readonly<
  Record<Verb, string>
>;

function sentence({ verb, rule, text, where }: GroupedLine): string {
  const what = `${text}${where}`;
  if (verb === 'found' || verb === 'note') return `${rule}: ${what}`;
  if (verb === 'ignored') return what;
  if (verb === 'postponed') return `${rule} waits for the next change of the pod template: ${what}`;
  if (verb === 'would patch later') return `would patch (${rule}), but only when the pod template changes: ${what}`;
  if (verb === 'kept') return `kept ${what}, which this client dropped`;
  if (verb === 'left out')
    return `wrote no ${what} (${rule}): no Service selects these pods yet. Create the Service first, or change the pod template once it exists, as kubectl rollout restart does; a worker needs neither`;
  if (verb === 'would leave out') return `would write no ${what} (${rule}): no Service selects these pods yet`;
  return rule === '' ? `${verb} ${what}` : `${verb} (${rule}): ${what}`;
}

/** Control and direction characters come from names that the API server has not validated yet. */
function short(text: string, limit: number): string {
  return withoutHidden(truncate(text, limit));
}
