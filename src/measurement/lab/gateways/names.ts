// The words for the reverse proxies of the lab and their image, in the order of the report: the command line needs no more of them.

import { version } from '../../../version.ts';

export const gatewayNames = ['nginx', 'haproxy', 'caddy'] as const;
export type GatewayName = (typeof gatewayNames)[number];

export const usualGatewayImage = `hitless-gateways:${version}`;
