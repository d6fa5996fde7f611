// What holds after every write, whoever made it. A sentence for each promise that is broken.

import type { Settings } from '../cluster/hitless.ts';
import { recordAnnotation, recordOf } from '../cluster/hitless.ts';
import type { Leaves } from '../cluster/leaves.ts';
import { sameJson } from '../cluster/typed.ts';
import { type Changes, changesOf, isFilledIn } from './changes.ts';
import { isOurs } from './our-fields.ts';
import { ownersOf } from './proofs.ts';
import { modeOf, type Raises, raises } from './raises.ts';
import type { History } from './steps.ts';
import { type Unknowable, unitOf, unknowable } from './unknowable.ts';
import type { Done } from './worlds.ts';

// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
type Any = any;

export interface Judge {
  readonly judge: (done: Done, settings: Settings) => readonly string[];
  readonly mayRefuse: () => boolean;
}

interface Case {
  readonly done: Done;
  readonly changes: Changes;
  readonly mode: ReturnType<typeof modeOf>;
  readonly unknown: Unknowable;
  readonly raised: Raises;
  readonly history: History;
  /** The template that stands there went through hitless. */
  readonly planned: boolean;
  readonly replanned: boolean;
  readonly tuned: boolean;
}

export function judge(history: History): Judge {
  const unknown = unknowable();
  const raised = raises();
  let planned = false;
  let tuned = false;
  return {
    mayRefuse: () => unknown.mayRefuse() || tuned,
    judge: (done, settings) => {
      const changes = changesOf(done);
      unknown.learn(done);
      const replanned = isRewritten(done, settings, history);
      raised.learn(done, changes, settings, {
        seen: unknown.seesTemplate(),
        replanned: replanned || unknown.provesTemplate(),
      });
      const mode = modeOf(done, settings);
      // An audit leaves what is there, as long as it can be stored.
      const { neighbours } = history;
      const wasTuned = tuned;
      tuned = neighbours.includes('probe') && isTuned(done.after, changes);
      if (changes.templateStored || changes.templateWritten)
        planned = !tuned && !wasTuned && (mode === 'enforce' || mode === 'off') && (planned || unknown.seesTemplate());
      const one = { done, changes, mode, unknown, raised, planned, replanned, tuned: tuned || wasTuned, history };
      return [
        ...authorsFields(one),
        ...ownHandlers(one),
        ...othersFields(one),
        ...optOut(one),
        ...rollouts(one),
        ...stuck(one),
      ];
    },
  };
}

/** What somebody wrote is stored, with the value that it has without us. */
function authorsFields({ changes: { wrote, shadow, live }, done: { model }, unknown, raised }: Case): string[] {
  return [...wrote.keys()].flatMap((path) => {
    const [own, found] = [shadow.get(path), live.get(path)];
    // The controller of a custom resource writes it back without zeros, with each revision, of which the worlds may have different ones.
    if (model.custom === true && own === 0 && found === undefined) return [];
    if (own === found || !shadowSays(path, own, wrote.get(path)) || isFilled(path, own, live)) return [];
    if (raised.isRaise(path, own, found) || unknown.mayTake(path)) return [];
    return [`the author's ${path} ${own} is ${found}`];
  });
}

/** An empty struct that defaults have filled says nothing; a zero that is not stored says that nothing may stand there. */
const shadowSays = (_path: string, own: unknown, wrote: unknown) => own !== undefined || wrote === 0;

/** An empty struct in which something stands now. */
function isFilled(path: string, own: unknown, live: Leaves): boolean {
  return own === '{}' && [...live.keys()].some((leaf) => leaf.startsWith(`${path}.`));
}

/** Into a probe or a hook of the author's own, nothing of ours goes. */
function ownHandlers({ changes: { wrote, shadow, live }, unknown, raised, planned }: Case): string[] {
  const units = new Set(
    [...wrote.keys()]
      .filter((path) => /\.(readinessProbe|preStop)\.(httpGet|tcpSocket|grpc|exec|sleep)/.test(path))
      .map(unitOf),
  );
  if (!planned) return [];
  const paths = new Set([...live.keys(), ...shadow.keys()].filter((path) => units.has(unitOf(path) ?? '')));
  return [...paths].flatMap((path) => {
    const [own, found] = [shadow.get(path), live.get(path)];
    if (own === found || raised.isRaise(path, own, found) || unknown.mayLeave(path)) return [];
    return [`in the author's own handler ${path} is ${found}, without us ${own}`];
  });
}

/** Outside the fields of our rules both worlds are the same. */
function othersFields({ changes: { shadow, live }, done: { model, after } }: Case): string[] {
  const paths = new Set([...live.keys(), ...shadow.keys()].filter((path) => !isOurs(model, path)));
  // Whether such a default is written out depends on the revision that an undo went back to; nobody's pods depend on it.
  const isOpen = (path: string) =>
    !(live.has(path) && shadow.has(path)) && isFilledIn(model, path, live.get(path) ?? shadow.get(path));
  const differ = [...paths]
    .filter((path) => live.get(path) !== shadow.get(path) && !isOpen(path))
    .map((path) => `${path} differs`);
  const annotations = ({ metadata }: Any) => {
    const {
      [recordAnnotation]: _record,
      stamp: _stamp,
      'deployment.kubernetes.io/revision': _revision,
      'rollout.argoproj.io/revision': _ofArgo,
      'deprecated.daemonset.template.generation': _generation,
      ...rest
    } = metadata.annotations ?? {};
    return rest;
  };
  if (!sameJson(annotations(after.live), annotations(after.shadow))) differ.push('the annotations differ');
  return differ;
}

/** After an opt-out nothing of ours is left, no record either; in an unchanged template it waits. */
function optOut({ changes, mode, done: { model, before, after }, unknown, history }: Case): string[] {
  if (mode !== 'off') return [];
  const { live, shadow, wrote, templateStored } = changes;
  const waits = (path: string) => !(templateStored && unknown.seesTemplate()) && path.startsWith('spec.template.');
  // Without `canary: {}` the strategy would be none, which its controller refuses.
  const isChoice = (path: string) =>
    model.custom === true && path.startsWith(model.strategy) && (live.get(path) ?? shadow.get(path)) === '{}';
  const mayLeave = (path: string) =>
    waits(path) || unknown.mayLeave(path) || byNeighbour(path, history) || isChoice(path);
  const paths = [...new Set([...live.keys(), ...shadow.keys()])].filter((path) => !mayLeave(path));
  const left = paths.filter((path) => live.get(path) !== shadow.get(path));
  // One that stands in the author's manifest is his.
  const text = recordOf(after.live) === recordOf(after.shadow) ? undefined : recordOf(after.live);
  // One that is not written anew may still claim what the author has taken over: the proof of that stands in the object.
  const isOld = before !== undefined && text === recordOf(before.live);
  const claimed =
    text === undefined
      ? []
      : Object.entries(JSON.parse(text)).flatMap(([path, value]) => (holds(live, path, value) ? [path] : []));
  return [
    ...left.map((path) => `after the opt-out ${path} is ${live.get(path)}, without us ${shadow.get(path)}`),
    ...claimed
      .filter((path) => !mayLeave(path) && !(isOld && wrote.has(path)))
      .map((path) => `after the opt-out the record claims ${path}`),
    ...(text === '{}' ? ['after the opt-out an empty record is left'] : []),
  ];
}

/** What the object does not hold any more is nobody's claim. */
function holds(live: Leaves, path: string, value: unknown): boolean {
  return (
    path.startsWith('spec.') &&
    (live.get(path) === value || [...live.keys()].some((leaf) => leaf.startsWith(`${path}.`)))
  );
}

/**
 * 6. A client that writes the template without what another webhook behind us had written into it: that it will be written again is
 * not known in an only call.
 */
function isRewritten({ write }: Done, { reinvocation }: Settings, { neighbours }: History): boolean {
  const intoTemplate = neighbours.some((kind) => !['label', 'annotation', 'stamp'].includes(kind));
  return intoTemplate && reinvocation === 'Never' && write.kind !== 'label';
}

/**
 * 7. A client owns the number that another webhook wrote into our probe: `rollout undo`, which brings the whole probe back, or a PUT
 * of our own handler, which lists the default. Then it looks like a number of that client's.
 */
function isTuned({ live }: Done['after'], { wrote, live: leaves }: Changes): boolean {
  return [...leaves.keys()].some((path) => {
    if (!path.endsWith('.readinessProbe.failureThreshold') || wrote.has(path)) return false;
    const probe = path.slice(0, path.lastIndexOf('.'));
    const isOwn = [...wrote.keys()].some((known) => known.startsWith(`${probe}.`));
    const isRecorded = recordOf(live)?.includes(`${probe}.`) ?? false;
    return (isRecorded || !isOwn) && ownersOf(live.metadata.managedFields, path).length > 0;
  });
}

/** 5. Another webhook that writes beside our fields makes them somebody's. */
function byNeighbour(path: string, { neighbours }: History): boolean {
  return (
    (neighbours.includes('probe') && path.includes('.readinessProbe')) ||
    (neighbours.includes('grace') && path.endsWith('.terminationGracePeriodSeconds'))
  );
}

/** The pods are replaced only when the author's template changed. */
function rollouts({
  changes,
  done: { model, before, after, called, write },
  replanned,
  tuned,
  unknown,
}: Case): string[] {
  if (!called || before === undefined || changes.templateStored || changes.templateWritten) return [];
  // Whoever goes back to another revision asks for its template.
  const template = ({ live }: Done['after']) => model.revisionTemplate(live);
  if (write.kind === 'undo' || unknown.mayRoll() || sameJson(template(before), template(after))) return [];
  // Its pods could not be made at all: what cures that is welcome.
  if (replanned || tuned || (model.stuck?.(before.live) ?? []).length > 0) return [];
  const { live, liveBefore, wrote } = changes;
  const paths = [...new Set([...live.keys(), ...liveBefore.keys()])].filter((path) =>
    path.startsWith('spec.template.'),
  );
  const changed = paths.filter((path) => live.get(path) !== liveBefore.get(path));
  // With a value that comes back the pods are replaced anyway, and the template is planned anew.
  if (changed.some((path) => unknown.mayReturn(path) && live.get(path) === wrote.get(path))) return [];
  const differ = changed.filter((path) => !unknown.mayReturn(path));
  return differ.map(
    (path) => `a rollout that nobody asked for: ${path} was ${liveBefore.get(path)}, is ${live.get(path)}`,
  );
}

/** What nobody refuses when it is written, and its controller cannot use: not by what hitless made of it. */
function stuck({ done: { model, before, after, called }, unknown, tuned }: Case): string[] {
  if (model.stuck === undefined || !called || unknown.mayRefuse() || tuned) return [];
  const known = [...(before === undefined ? [] : model.stuck(before.live)), ...model.stuck(after.shadow)];
  const found = known.length > 0 ? [] : model.stuck(after.live);
  return found.map((reason) => `stuck with us alone: ${reason}`);
}
