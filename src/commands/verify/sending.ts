// Where the load of `verify` goes and where it comes from: to --url from here, or to the workload's Service from a pod.

import { randomBytes } from 'node:crypto';
import type { Api } from '../../cluster/client/api.ts';
import type { LoadSettings } from '../../measurement/traffic.ts';
import { localSender, podSender, type Sender } from '../../measurement/verify/sender.ts';
import { movedAddress, type ServiceAddress, serviceAddress } from '../../measurement/verify/service-url.ts';
import { podImage } from '../pod-image.ts';
import { loadTo, type VerifyOptions, type VerifyRequest } from './request.ts';
import type { VerifySubject } from './subject.ts';

export interface Sending extends Sender {
  readonly url: string;
  readonly load: LoadSettings;
  /** What went wrong on the way by now, a sentence each. */
  readonly troubles: () => Promise<readonly string[]>;
}

export function sendingFromHere(url: string, options: VerifyOptions): Sending {
  return { ...localSender(), url, load: loadTo(url, options), troubles: async () => [] };
}

export interface SendingTask {
  readonly api: Api;
  readonly namespace: string;
  readonly request: VerifyRequest;
  readonly options: VerifyOptions;
  readonly subject: VerifySubject | undefined;
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
}

const startWithinMs = 120_000;

/** @throws ApiError; Error with a sentence; then no pod is left */
export async function openSending(task: SendingTask): Promise<Sending> {
  const { api, options, say } = task;
  if (options.url !== undefined) return sendingFromHere(options.url, options);
  const address = await addressFor(task);
  const load = loadTo(address.url, options);
  const image = await podImage(api, options.image, say);
  const name = `hitless-verify-${randomBytes(3).toString('hex')}`;
  const { namespace } = task;
  say(`the load to Service ${address.title} comes from pod ${namespace}/${name}, which is removed at the end`);
  const { imagePullPolicy = 'IfNotPresent', loadNode: node } = options;
  const placed = { name, namespace, image, imagePullPolicy, ...(node !== undefined && { node }) };
  const sender = await podSender(api, { ...placed, startWithinMs, signal: task.signal });
  return { ...sender, url: address.url, load, troubles: () => troublesOf(api, sender, address) };
}

function addressFor({ api, namespace, request, subject }: SendingTask): Promise<ServiceAddress> {
  const { service } = request;
  const labels = subject && (subject.ref.kind.templateOf(subject.workload).metadata?.labels ?? {});
  return serviceAddress(api, { namespace, ...(service && { named: service }), ...(labels && { labels }) });
}

async function troublesOf(api: Api, { broken }: Sender, address: ServiceAddress): Promise<readonly string[]> {
  const lost = broken.aborted ? [(broken.reason as Error).message] : [];
  // Where the API server cannot say, nothing is known to have moved.
  const moved = await movedAddress(api, address).catch(() => undefined);
  return [...lost, ...(moved === undefined ? [] : [moved])];
}
