// An AdmissionReview from the wire, checked down to the fields we read.

import type { Deployment } from '../workload/deployment.ts';
import type { Json } from '../workload/json.ts';

/** The part of an AdmissionRequest that decides. */
export interface AdmissionRequest {
  readonly uid: string;
  readonly operation: string;
  readonly kind: { readonly group: string; readonly version: string; readonly kind: string };
  readonly subResource?: string;
  readonly namespace: string;
  /** Empty for a generateName. */
  readonly name: string;
  readonly dryRun: boolean;
  readonly object: Deployment;
  readonly oldObject?: Deployment;
}

/** The caller's mistake: answered with HTTP 400 and this sentence. */
export class BadReview extends Error {}

/** @throws BadReview when `body` is no admission.k8s.io/v1 AdmissionReview with a request. */
export function readReview(_body: Json): AdmissionRequest {
  throw new Error('not yet');
}
