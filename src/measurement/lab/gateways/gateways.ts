// The reverse proxies that the lab can put in front of the application.

import { caddy } from './caddy.ts';
import type { Gateway } from './gateway.ts';
import { haproxy } from './haproxy.ts';
import { nginx } from './nginx.ts';

export const gatewayNames = ['nginx', 'haproxy', 'caddy'] as const;
export type GatewayName = (typeof gatewayNames)[number];

export const gateways: Readonly<Record<GatewayName, Gateway>> = { nginx, haproxy, caddy };
