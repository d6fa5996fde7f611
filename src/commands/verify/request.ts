// What `hitless verify` is asked to measure, read from its arguments and flags.

import { readLoadSettings } from '../../measurement/load/settings.ts';
import type { LoadSettings, Traffic } from '../../measurement/traffic.ts';
import { type NamedService, readServiceName } from '../../measurement/verify/service-url.ts';
import { trafficOf } from '../../measurement/verify/urls.ts';
import type { WorkloadKind } from '../../workload/kinds/kind.ts';
import { readTypeAndName, typesAndNames } from '../../workload/kinds/kind-words.ts';
import { workloadKinds } from '../../workload/kinds/kinds.ts';
import type { ClusterFlags } from '../with-cluster.ts';

export interface VerifyOptions extends ClusterFlags {
  /** Absent: the one of the kubeconfig's context. */
  readonly namespace?: string;
  /** Absent: a pod sends to the workload's Service. */
  readonly url?: string;
  readonly service?: string;
  readonly rate: number;
  readonly traffic: readonly Traffic[];
  readonly retries: number;
  /** Seconds. */
  readonly timeout: number;
  readonly insecure?: true;
  readonly restart?: true;
  /** With restart: do not ask. */
  readonly yes?: true;
  readonly rollouts: number;
  readonly maxLost: number;
  /** Seconds until a rollout begins. */
  readonly wait: number;
  /** Seconds that the load goes on after the end. */
  readonly settle: number;
  /** Seconds to measure, without a command. */
  readonly for?: number;
  readonly image?: string;
  readonly imagePullPolicy?: 'Always' | 'IfNotPresent' | 'Never';
  readonly loadNode?: string;
  readonly output: 'text' | 'json' | 'junit' | 'markdown';
  readonly report?: string;
}

/** The words of the command line that are not flags. */
export interface VerifyWords {
  readonly workloads: readonly string[];
  /** After `--`. */
  readonly command?: readonly string[];
}

/** What is measured in place of rollouts. */
export type Act =
  | { readonly kind: 'command'; readonly words: readonly string[] }
  | { readonly kind: 'time'; readonly seconds: number };

export interface VerifyRequest {
  readonly named?: { readonly kind: WorkloadKind; readonly name: string };
  readonly service?: NamedService;
  readonly act?: Act;
}

type Understood = { readonly request: VerifyRequest } | { readonly mistake: string };

export function understand({ workloads, command }: VerifyWords, options: VerifyOptions): Understood {
  const mistake = misuse(workloads, command, options);
  if (mistake !== undefined) return { mistake };
  const [text] = workloads;
  const named = text === undefined ? undefined : readTypeAndName(text);
  if (text !== undefined && !(named && measurableKinds().includes(named.kind)))
    return { mistake: `the argument must be ${typesAndNames(measurableKinds())}, found ${JSON.stringify(text)}` };
  const service = options.service === undefined ? undefined : readServiceName(options.service);
  if (options.service !== undefined && service === undefined)
    return {
      mistake: `--service must be a name such as web, web:80 or web:80/healthz, found ${JSON.stringify(options.service)}`,
    };
  const load = options.url === undefined ? undefined : tryLoad(options.url, options);
  if (load !== undefined && 'mistake' in load) return load;
  const act = actOf(command, options);
  return { request: { ...(named && { named }), ...(service && { service }), ...(act && { act }) } };
}

function actOf(command: readonly string[] | undefined, options: VerifyOptions): Act | undefined {
  if (command !== undefined) return { kind: 'command', words: command };
  return options.for === undefined ? undefined : { kind: 'time', seconds: options.for };
}

function misuse(
  workloads: readonly string[],
  command: readonly string[] | undefined,
  { url, service, restart, rollouts, ...options }: VerifyOptions,
): string | undefined {
  const isOther = command !== undefined || options.for !== undefined;
  if (command?.length === 0) return 'there is no command after --';
  if (workloads.length > 1)
    return `one workload can be measured at a time, found ${workloads.join(' ')}: name the one behind the address; a command comes after --`;
  if (workloads.length === 0 && !isOther)
    return `nothing to measure: name a workload (${typesAndNames(measurableKinds())}), give a command after --, or a time with --for`;
  if (workloads.length === 0 && url === undefined && service === undefined)
    return 'no address: name a workload, whose Service is taken, or give one with --url or --service';
  if (command !== undefined && options.for !== undefined)
    return '--for measures without a command: omit it, or the command; timeout from coreutils limits a command';
  if (isOther && restart) return '--restart starts a rollout by itself: omit it, or the command or --for';
  if (isOther && rollouts !== 1) return '--rollouts counts rollouts of a workload: omit it with a command or --for';
  return undefined;
}

function tryLoad(url: string, options: VerifyOptions): { readonly mistake: string } | undefined {
  try {
    loadTo(url, options);
    return undefined;
  } catch (error) {
    return { mistake: (error as Error).message };
  }
}

/** The load to an address. @throws Error with a sentence */
export function loadTo(url: string, options: VerifyOptions): LoadSettings {
  const { traffic, rate, retries, timeout, insecure } = options;
  const tls = insecure ? { tls: { insecure } } : {};
  const wanted = { lanes: trafficOf(url, traffic, rate), timeoutMs: timeout * 1000, retries, connections: 4, ...tls };
  const read = readLoadSettings(wanted);
  if ('mistakes' in read) throw new Error(read.mistakes.join('; '));
  return read.settings;
}

/** Those whose status says how their rollout goes. */
function measurableKinds(): readonly WorkloadKind[] {
  return workloadKinds().filter(({ lastRollout }) => lastRollout !== undefined);
}
