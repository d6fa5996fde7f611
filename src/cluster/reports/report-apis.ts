// The APIs that clusters have for the results of policy engines, the one to write first.

import { objectsAt } from '../../workload/json.ts';
import { type Api, ApiError } from '../client/api.ts';
import { type ApiResource, apiVersionOf, groupPath } from '../client/resources.ts';

export interface ReportApi extends ApiResource {
  readonly kind: 'Report' | 'PolicyReport';
  /** True where a report names its source and the limits that its results were chosen by. */
  readonly namesLimits: boolean;
}

/** OpenReports succeeds PolicyReports, whose fields it took over. */
export const reportApis: readonly ReportApi[] = [
  { kind: 'Report', group: 'openreports.io', version: 'v1alpha1', resource: 'reports', namesLimits: true },
  { kind: 'PolicyReport', group: 'wgpolicyk8s.io', version: 'v1alpha2', resource: 'policyreports', namesLimits: false },
];

/** `Report (openreports.io/v1alpha1)`. */
export function reportApiTitle(api: ReportApi): string {
  return `${api.kind} (${apiVersionOf(api)})`;
}

/** Those that the cluster has, in the same order. @throws ApiError */
export async function installedReportApis(api: Api): Promise<readonly ReportApi[]> {
  const found = await Promise.all(reportApis.map((one) => isServed(api, one)));
  return reportApis.filter((_, index) => found[index]);
}

async function isServed(api: Api, reports: ReportApi): Promise<boolean> {
  try {
    const group = await api.json({ path: groupPath(reports) });
    return objectsAt(group, 'resources').some(({ name }) => name === reports.resource);
  } catch (error) {
    if (error instanceof ApiError && error.code === 404) return false;
    throw error;
  }
}
