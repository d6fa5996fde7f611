// JUnit XML, which every pipeline can show: a new report of the package that writes it.

import type { Builder } from 'junit-report-builder';
import junit from 'junit-report-builder';

export type { Builder, TestCase, TestSuite } from 'junit-report-builder';

/** `build` gives the text. */
export function newJunitReport(): Builder {
  // The types declare a default export that the module does not have: the module is the builder itself.
  return (junit as unknown as Builder).newBuilder();
}
