// Traffic that a measurement sends: its kinds, and the settings of a load of them.

/** The kinds of traffic, each measured on its own. `new`: a connection per request. `kept`: kept-alive connections. */
export const trafficKinds = [
  'get-new',
  'post-new',
  'get-kept',
  'post-kept',
  'websocket',
  'grpc-unary',
  'grpc-stream',
] as const;

export type Traffic = (typeof trafficKinds)[number];

/** The path of a url that asks for the standard health service of gRPC. */
export const healthPath = '/grpc.health.v1.Health/Check';

export interface TrafficLoad {
  readonly lane: Traffic;
  /** http:, https:, ws:, wss: or grpc:, grpcs:; where to send. */
  readonly url: string;
  /** Requests, or messages, a second. */
  readonly rate: number;
}

export interface LoadSettings {
  readonly lanes: readonly TrafficLoad[];
  /** A request without an outcome after this time is lost. As many as are due in this time can be in progress. */
  readonly timeoutMs: number;
  /** How often a client retries, only where that is safe, a GET also after an answer of 502, 503 or 504; 0 for never. */
  readonly retries: number;
  /** Whether each HTTP request carries an X-Request-Id, the same in each of its tries. */
  readonly requestIds?: boolean;
  /** Connections that each of the kept, websocket and grpc kinds holds; a request of the kept kinds that finds all busy opens another. */
  readonly connections: number;
  /** The address that connections start from; absent: the system chooses. Not for gRPC. */
  readonly localAddress?: string;
  readonly tls?: TlsSettings;
}

/** For https, wss and grpcs. Absent: the CAs of Node.js and of the system. */
export interface TlsSettings {
  /** Additional CAs, PEM. */
  readonly ca?: string;
  /** Skip certificate verification. */
  readonly insecure?: boolean;
}
