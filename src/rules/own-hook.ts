// What the rule pre-stop-sleep says of a hook that the author wrote.

import { truncate } from '../text/truncate.ts';
import { graceSeconds } from '../workload/api-defaults.ts';
import { looksBare, onWindows } from '../workload/image.ts';
import { minimumShutdownSeconds, preStopTime } from '../workload/pre-stop.ts';
import { shellCall } from '../workload/shell/call.ts';
import { basename, programs } from '../workload/shell/programs.ts';
import type { Container } from '../workload/workload.ts';
import { edit, type Finding, fine, report } from './finding.ts';
import { gracePath, graceRoomSeconds } from './grace-room.ts';
import type { Subject } from './rule.ts';

const rule = 'pre-stop-sleep';

interface Hook {
  readonly container: Container;
  readonly path: string;
  /** Something sends requests to the pods. */
  readonly served: boolean;
  /** False where nothing depends on its length, as in a worker. */
  readonly counts: boolean;
}

export function ownHook(subject: Subject, hook: Hook): readonly Finding[] {
  const { container, path, counts } = hook;
  const { name } = container;
  const { failure, endless, atLeast, exact } = preStopTime(container);
  if (failure !== undefined) return [canOnlyFail(path, name, failure)];
  if (endless === true) return [neverEnds(path, name)];
  const doubts = mayBeMissing(subject, container, path);
  if (atLeast > graceRoomSeconds(subject)) return [...doubts, longerThanGrace(subject, hook, atLeast)];
  const { minimumSeconds } = subject.policy.preStopSleep;
  const sleeps = `container ${name} sleeps ${exact ? '' : 'at least '}${atLeast} s by its own preStop hook`;
  if (!counts || atLeast >= minimumSeconds) return [...doubts, fine(rule, path, sleeps)];
  if (!exact) return [...doubts, unknownLength(hook, minimumSeconds)];
  return [...doubts, tooShort(subject, hook, atLeast)];
}

function canOnlyFail(path: string, name: string, failure: string): Finding {
  const message = `the preStop hook of container ${name} can only fail, because ${failure}: SIGTERM follows at once. Use preStop.sleep`;
  return report(rule, 'error', { path, message });
}

function neverEnds(path: string, name: string): Finding {
  const message = `the preStop hook of container ${name} never ends: it gets SIGTERM at the end of the grace period, ${minimumShutdownSeconds} s before it is killed. Give its sleep a number of seconds`;
  return report(rule, 'error', { path, message });
}

function longerThanGrace(subject: Subject, { path, container: { name } }: Hook, seconds: number): Finding {
  const grace = graceSeconds(subject.template);
  const message = `container ${name} sleeps ${seconds} s in preStop, longer than the grace period of ${grace} s: it gets SIGTERM ${minimumShutdownSeconds} s before it is killed. Raise terminationGracePeriodSeconds above ${seconds}`;
  return report(rule, 'error', { path, message, asksFor: gracePath(subject) });
}

/** The programs of a shell and of coreutils, which an image without a distribution lacks, and Windows too. */
const ofADistribution: ReadonlySet<string> = new Set([...programs.shells, 'sleep', 'env', 'timeout', 'nice', 'kill']);

function mayBeMissing({ template }: Subject, container: Container, path: string): readonly Finding[] {
  const [program = ''] = container.lifecycle?.preStop?.exec?.command ?? [];
  if (!ofADistribution.has(basename(program)) || program.startsWith('/busybox/')) return [];
  const where = onWindows(template.spec)
    ? 'an image for Windows'
    : looksBare(container) && `its image ${truncate(String(container.image), 80)}`;
  if (where === false) return [];
  const message = `the preStop hook of container ${container.name} runs ${program}, which ${where} may not have: without it the hook fails, and SIGTERM follows at once. Use preStop.sleep, which needs no program`;
  return [report(rule, 'note', { path, message })];
}

function unknownLength({ container, path }: Hook, minimumSeconds: number): Finding {
  const { exec } = container.lifecycle?.preStop ?? {};
  const dropped = droppedWords(exec?.command ?? []);
  if (dropped !== undefined) {
    const message = `the shell of the preStop hook of container ${container.name} takes only the word "${dropped}" as its command, not those behind it. Write the whole command as one word`;
    return report(rule, 'note', { path, message });
  }
  const kind = exec === undefined ? 'httpGet' : 'exec';
  const message = `container ${container.name} has its own preStop ${kind}; how long it holds SIGTERM back is unknown. Make sure that it is at least ${minimumSeconds} s`;
  return report(rule, 'note', { path, message });
}

/** The script of a shell where the words behind it were meant as a part of it: `sh -c nginx -s quit`. */
function droppedWords(command: readonly string[]): string | undefined {
  const { script = '', rest = [] } = shellCall(command) ?? {};
  return rest.length > 0 && /^[\w./-]+$/.test(script) ? truncate(script, 40) : undefined;
}

function tooShort(subject: Subject, { container, path, served }: Hook, seconds: number): Finding {
  const { action, minimumSeconds } = subject.policy.preStopSleep;
  const short = `container ${container.name} sleeps ${seconds} s in preStop, less than the ${minimumSeconds} s that the network needs`;
  const raisable = container.lifecycle?.preStop?.sleep !== undefined;
  if (action !== 'enforce' || !raisable) return report(rule, 'note', { path, message: `${short}. Raise it` });
  if (minimumSeconds > graceRoomSeconds(subject) - minimumShutdownSeconds)
    return noRoom(subject, { path, served, what: short });
  return edit(rule, action, {
    path,
    container: container.name,
    summary: `preStop sleep raised from ${seconds} to ${minimumSeconds} s`,
    message: `${short}: raise it to ${minimumSeconds} s`,
    changes: [{ path: `${path}.sleep`, value: { seconds: minimumSeconds } }],
  });
}

interface NoRoom {
  readonly path: string;
  readonly served: boolean;
  readonly what: string;
}

/** An error where requests are lost by it. */
export function noRoom(subject: Subject, { path, served, what }: NoRoom): Finding {
  const grace = graceSeconds(subject.template);
  const { minimumSeconds, seconds } = subject.policy.preStopSleep;
  const least = minimumSeconds + minimumShutdownSeconds;
  const sleep = seconds === 'auto' ? minimumSeconds : Math.max(seconds, minimumSeconds);
  const good = sleep + subject.policy.terminationGracePeriod.drainSeconds;
  const better = good > least ? `, better to ${good}` : '';
  const lost = served ? ': requests are lost at every rollout' : '';
  const message = `${what}, and a grace period of ${grace} s leaves no room for a sleep of at least ${minimumSeconds} s${lost}. Raise terminationGracePeriodSeconds to ${least} or more${better}`;
  return report(rule, served ? 'error' : 'note', { path, message, asksFor: gracePath(subject) });
}
