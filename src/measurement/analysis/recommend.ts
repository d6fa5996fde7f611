// The preStop sleep for a path whose lag was measured, as a policy document. Another path, such as one through an ingress, gateway or
// load balancer, has another lag: so it is for a namespace that its owner knows, and never for the whole cluster.

import { builtInSpec } from '../../policy/sections.ts';
import { count } from '../../text/count.ts';
import type { Lag } from './lag.ts';

export type Recommendation =
  | { readonly kind: 'sleep'; readonly sleepSeconds: number; readonly why: string; readonly policy: string }
  /** Not enough is known; `why` says what is missing. */
  | { readonly kind: 'unknown'; readonly why: string };

/** With n pods measured, the next one is slower than all of them in 1 of n + 1 cases. */
export const fewestPods = 10;
/** A shorter sleep is not worth writing. */
const { minimumSeconds } = builtInSpec().preStopSleep;
// kube-proxy writes its rules at most once a second by default: the slowest pod may have been lucky by one such interval.
const turnMs = 1000;

/** The path of the lab's load, unless it is sent to a target. */
export const fromPods = 'from a pod to the Service, without an ingress, gateway or load balancer';

/** `lag` undefined: nothing was measured. `path`: of the connections that it was measured with. */
export function recommend(lag: Lag | undefined, path = fromPods): Recommendation {
  if (lag === undefined || lag.pods < fewestPods) {
    const pods = lag === undefined ? 'no terminating pod' : count(lag.pods, 'terminating pod');
    const why = `no sleep can be recommended: the lag was measured on ${pods}, and at least ${fewestPods} are needed; measure more rollouts of a row with a preStop sleep, with at least 5 new connections a second to each pod`;
    return { kind: 'unknown', why };
  }
  const { cutShortMax = 0 } = lag;
  const slowestMs = Math.max(lag.max, cutShortMax);
  const marginMs = Math.max(turnMs, slowestMs / 2);
  const coveringSeconds = Math.ceil((slowestMs + marginMs) / 1000);
  const sleepSeconds = Math.max(minimumSeconds, coveringSeconds);
  // Pods that sleep long enough are the lucky ones if others still get connections when they stop.
  const measured =
    cutShortMax > lag.max
      ? `a terminating pod still got new connections ${seconds(slowestMs)} s after it was marked for deletion, when it stopped (rows with a longer --sleep would show for how much longer; ${lag.pods} others were measured to the end)`
      : `of ${lag.pods} terminating pods, the slowest got its last new connection ${seconds(slowestMs)} s after it was marked for deletion`;
  const only = `this was measured on one path only, ${path}: other paths can be slower`;
  const margin = `${seconds(marginMs)} s of margin (half as much again, at least a second)`;
  const raised =
    coveringSeconds < minimumSeconds ? `; ${minimumSeconds} s is the shortest sleep that a policy writes` : '';
  const why = `${measured}, and with ${margin} that makes ${sleepSeconds} s${raised}; ${only}`;
  return { kind: 'sleep', sleepSeconds, why, policy: policyText(sleepSeconds, why) };
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(2);
}

/** Sets only the sleep; without a namespace, because which one is called on this path is not known here. */
function policyText(sleepSeconds: number, why: string): string {
  return `# ${why}.
# For a namespace whose pods are called on this path alone: kubectl apply -n NAMESPACE -f FILE
apiVersion: hitless.dev/v1alpha1
kind: RolloutPolicy
metadata:
  name: measured-sleep
spec:
  preStopSleep:
    seconds: ${sleepSeconds}
    minimumSeconds: ${minimumSeconds}
`;
}
