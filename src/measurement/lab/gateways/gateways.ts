// The reverse proxies that the lab can put in front of the application; a new one is a file beside these, a word in names.ts and a line here.

import { caddy } from './caddy.ts';
import type { LabGateway } from './gateway.ts';
import { haproxy } from './haproxy.ts';
import type { GatewayName } from './names.ts';
import { nginx } from './nginx.ts';

export const gateways: Readonly<Record<GatewayName, LabGateway>> = { nginx, haproxy, caddy };
