// A CPU profile of a server of the bench, as `node --cpu-prof` writes it, summed by what the time is for.

import { readFileSync } from 'node:fs';

interface CallFrame {
  readonly functionName: string;
  readonly url: string;
}

interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: CallFrame;
    readonly children?: readonly number[];
  }[];
  /** Microseconds, by the clock of process.hrtime. */
  readonly startTime: number;
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** Microseconds, as process.hrtime counts them. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/** The share of each purpose in the time that the main thread was busy within `window`. */
export function sharesIn(file: string, { from, to }: Window): ReadonlyMap<string, number> {
  const { nodes, samples, timeDeltas, startTime } = JSON.parse(readFileSync(file, 'utf8')) as Profile;
  const purposes = purposesOf(nodes);
  const spent = new Map<string, number>();
  let [time, busy] = [startTime, 0];
  for (const [index, node] of samples.entries()) {
    const lasted = timeDeltas[index + 1] ?? 0;
    time += timeDeltas[index] ?? 0;
    const purpose = purposes.get(node) ?? idle;
    if (time < from || time > to || purpose === idle) continue;
    busy += lasted;
    spent.set(purpose, (spent.get(purpose) ?? 0) + lasted);
  }
  return new Map(Array.from(spent, ([purpose, us]) => [purpose, us / busy]));
}

const idle = 'idle';
export const http = 'HTTP, TLS, event loop';
export const rest = 'decision, the rest';

/** Of each node of the profile: that of the innermost frame that has one. */
function purposesOf(nodes: Profile['nodes']): ReadonlyMap<number, string> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const purposes = new Map<number, string>();
  const visit = (id: number, inherited: string) => {
    const node = byId.get(id);
    if (node === undefined) return;
    const purpose = purposeOf(node.callFrame) ?? inherited;
    purposes.set(id, purpose);
    for (const child of node.children ?? []) visit(child, purpose);
  };
  visit(nodes[0]?.id ?? 0, http);
  return purposes;
}

/** What a frame's name or file stands for: rows of the table, in its order. A function that has another name by now counts as its caller. */
const frames: readonly (readonly [purpose: string, isIt: (frame: CallFrame) => boolean])[] = [
  [idle, ({ functionName }) => functionName === '(idle)'],
  ['body, in one buffer', inFile(/\/server\/body[a-z-]*\.js$/)],
  ['is it unwieldy?', inFile(/\/server\/unwieldy\.js$/)],
  ['parse', inFile(/\/server\/parse-[a-z]+\.js$|bench\/servers\/parsing\.ts$/)],
  ['readReview', called('readReview')],
  ['screen', called('screen')],
  ['namespace, policy, Services', called('namespaceOf', 'policyOf', 'servicesOf')],
  ['recoverAuthor', called('recoverAuthor')],
  ['planFor', called('planFor')],
  ['desiredObject', called('desiredObject')],
  ['makePatch', called('makePatch')],
  ['verify', called('verify')],
  ['respond', called('respond')],
  [rest, inFile(/\/admission\/admit\.js$/)],
  ['log', ({ functionName, url }) => functionName === 'line' && url.endsWith('/server/mutate.js')],
  ['log', inFile(/\/server\/log[a-z-]*\.js$|\/node_modules\/(pino|sonic-boom|quick-format-unescaped|safe-stable)/)],
  ['metrics', inFile(/\/server\/(metrics|review-counters)\.js$|\/node_modules\/prom-client\//)],
  ['answer', inFile(/\/server\/mutate\.js$/)],
  [http, inFile(/\/server\/|\/node_modules\/(fastify|@fastify|avvio|find-my-way)\//)],
  ['garbage collection', ({ functionName }) => functionName === '(garbage collector)'],
];

export const purposeNames: readonly string[] = [http, ...new Set(frames.map(([name]) => name))].filter(
  (name, index, all) => name !== idle && all.indexOf(name) === index,
);

function purposeOf(frame: CallFrame): string | undefined {
  return frames.find(([, isIt]) => isIt(frame))?.[0];
}

function inFile(pattern: RegExp): (frame: CallFrame) => boolean {
  return ({ url }) => pattern.test(url);
}

/** In the sources of hitless. */
function called(...names: readonly string[]): (frame: CallFrame) => boolean {
  return ({ functionName, url }) => names.includes(functionName) && url.includes('/dist/');
}
