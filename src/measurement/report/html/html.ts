// The report: one HTML document that holds everything it shows, and needs neither a network nor a script.

import { labFormat } from '../../../names.ts';
import type { LabResult } from '../../lab/result.ts';
import type { VerifyReport } from '../../verify/report.ts';
import { labReport } from './lab.ts';
import { verifyReport } from './verify.ts';

/** The same bytes for the same result. Charts are drawn here: about half a second at the first call. */
export function htmlReport(result: LabResult | VerifyReport): string {
  return result.format === labFormat ? labReport(result) : verifyReport(result);
}
