// An AdmissionReview from the wire, validated down to the fields we read.

import { describe, examineShape, typeErrorText } from '../workload/field-types.ts';
import { isObject, type Json, type JsonObject, withoutNulls } from '../workload/json.ts';
import type { WorkloadKind } from '../workload/kinds/kind.ts';
import { workloadKinds } from '../workload/kinds/kinds.ts';
import type { Workload } from '../workload/workload.ts';

/** The part of an AdmissionRequest that a decision depends on. */
export interface AdmissionRequest {
  readonly uid: string;
  readonly operation: string;
  /** `apps/v1 Deployment`, or `apps/v1 Deployment/scale` for a subresource. */
  readonly kind: string;
  /** The workload kind; absent for a kind that hitless does not handle. */
  readonly workloadKind?: WorkloadKind;
  readonly namespace: string;
  /** Empty for a generateName. */
  readonly name: string;
  readonly dryRun: boolean;
  /** Who wrote the object; absent if the review does not tell. */
  readonly user?: string;
  /** The client's field manager; absent if it gives none. */
  readonly fieldManager?: string;
  /** Absent on DELETE, and for a kind that hitless does not handle, whose shape is unknown. */
  readonly object?: Workload;
  /** The stored object; on UPDATE only. */
  readonly oldObject?: Workload;
  /** The reason why neither object was read: a sentence. */
  readonly beyond?: string;
}

/** The caller's mistake: answered with HTTP 400 and this sentence. */
export class BadReview extends Error {}

/** @throws BadReview when `body` is not an admission.k8s.io/v1 AdmissionReview with a request. */
export function readReview(body: Json): AdmissionRequest {
  const request = requestOf(body);
  const uid = text(request, 'uid', 'request.uid');
  if (uid === '') throw new BadReview('request.uid is missing: an AdmissionReview is answered by its uid');
  const head = {
    uid,
    operation: text(request, 'operation', 'request.operation'),
    kind: kindOf(request),
    namespace: text(request, 'namespace', 'request.namespace'),
    name: text(request, 'name', 'request.name'),
    dryRun: request.dryRun === true,
    ...userOf(request),
    ...managerOf(request),
  };
  const workloadKind = workloadKinds().find(({ fullName }) => fullName === head.kind);
  if (workloadKind === undefined) return head;
  const workload = (field: 'object' | 'oldObject') => workloadIn(request, field, workloadKind);
  return { ...head, workloadKind, ...workload('object'), ...workload('oldObject') };
}

function requestOf(body: Json): JsonObject {
  if (!isObject(body) || body.kind !== 'AdmissionReview') {
    throw new BadReview(
      'the body is not an AdmissionReview: expected kind AdmissionReview, apiVersion admission.k8s.io/v1',
    );
  }
  if (body.apiVersion !== 'admission.k8s.io/v1') {
    throw new BadReview(`apiVersion must be admission.k8s.io/v1, found ${excerpt(body.apiVersion)}`);
  }
  if (!isObject(body.request)) throw new BadReview('the AdmissionReview has no request');
  return body.request;
}

function text(request: JsonObject, field: string, path: string): string {
  const value = request[field] ?? '';
  if (typeof value !== 'string') throw new BadReview(`${path} must be a string, found ${excerpt(value)}`);
  return value;
}

function userOf({ userInfo }: JsonObject): Pick<AdmissionRequest, 'user'> {
  const user = isObject(userInfo) ? userInfo.username : undefined;
  return typeof user === 'string' ? { user } : {};
}

function managerOf({ options }: JsonObject): Pick<AdmissionRequest, 'fieldManager'> {
  const manager = isObject(options) ? options.fieldManager : undefined;
  return typeof manager === 'string' ? { fieldManager: manager } : {};
}

function kindOf(request: JsonObject): string {
  const { kind } = request;
  if (!isObject(kind)) throw new BadReview('request.kind is missing: expected group, version and kind');
  const group = text(kind, 'group', 'request.kind.group');
  const version = text(kind, 'version', 'request.kind.version');
  const name = text(kind, 'kind', 'request.kind.kind');
  const subresource = text(request, 'subResource', 'request.subResource');
  return `${group === '' ? '' : `${group}/`}${version} ${name}${subresource === '' ? '' : `/${subresource}`}`;
}

function workloadIn(
  request: JsonObject,
  field: 'object' | 'oldObject',
  kind: WorkloadKind,
): Pick<AdmissionRequest, 'object' | 'oldObject' | 'beyond'> {
  const value = request[field];
  if (value === undefined || value === null) return {};
  if (!isObject(value)) throw new BadReview(`request.${field} must be an object, found ${excerpt(value)}`);
  const { mistakes, nulls } = examineShape(kind, value);
  const [mistake] = mistakes;
  if (mistake !== undefined) {
    // The schema of a custom resource may allow more, and its author's write must pass.
    if (kind.custom === true)
      return { beyond: `${typeErrorText(mistake)}: nothing can be planned for this ${kind.kind}` };
    throw new BadReview(`request.${field}.${typeErrorText(mistake)}`);
  }
  // The API server sends null for fields that are not set and that Go does not omit, such as a missing selector.
  const object = nulls ? (withoutNulls(value) as JsonObject) : value;
  return { [field]: (object.metadata === undefined ? { ...object, metadata: {} } : object) as Workload };
}

function excerpt(value: Json | undefined): string {
  if (value === undefined) return 'nothing';
  return describe(value).replace(/^(?:string|number|boolean) /, '');
}
