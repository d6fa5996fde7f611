// The command line that a result of `hitless lab` is published with.

import { commandText } from '../command-line.ts';
import { isBehindGateway, withoutGateways } from './gateways.ts';
import type { LabOptions } from './lab-options.ts';

/** `changes`: options that are given in another way, or left out as undefined. */
export function commandOf(options: LabOptions, changes: object = {}): string {
  const { webhook, dataPlane, dataPlaneImage } = options;
  return commandText('hitless lab', {
    ...(isBehindGateway(options) ? options : withoutGateways(options)),
    webhook: webhook ? undefined : false,
    dataPlaneImage: dataPlane && dataPlaneImage,
    ...changes,
  });
}
