// The settings of `hitless serve`, in one table: flag, environment variable, default, meaning. The only reader of the environment.

import { closest, distance } from 'fastest-levenshtein';

/** Where a socket listens. Port 0 takes any free port; an empty host is every address. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

interface Row<T> {
  /** As a command-line parser wants it: `--world <dir>`. */
  readonly flag: string;
  readonly variable: string;
  /** The default as somebody would write it; absent: none. */
  readonly fallback?: string;
  readonly required?: true;
  readonly description: string;
  /** What a value must look like, for the message about one that does not. */
  readonly allowed: string;
  /** undefined refuses the text. */
  readonly parse: (text: string) => T | undefined;
}

const modes = ['enforce', 'audit'] as const;
const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

const table = {
  world: {
    flag: '--world <dir>',
    variable: 'HITLESS_WORLD',
    description: 'folder of YAML documents: Namespace, Service, RolloutPolicy, ClusterRolloutPolicy, Node',
    ...text('a folder'),
  },
  listen: {
    flag: '--listen <address:port>',
    variable: 'HITLESS_LISTEN',
    fallback: ':8443',
    description: 'where the webhook listens (HTTPS)',
    ...address(),
  },
  tlsCert: {
    flag: '--tls-cert <file>',
    variable: 'HITLESS_TLS_CERT',
    required: true,
    description: 'certificate chain in PEM, leaf first; read again when it changes',
    ...text('a PEM file; `node certs/make-pair.ts DIR` makes a pair for development'),
  },
  tlsKey: {
    flag: '--tls-key <file>',
    variable: 'HITLESS_TLS_KEY',
    required: true,
    description: 'private key in PEM; read again when it changes',
    ...text('a PEM file; `node certs/make-pair.ts DIR` makes a pair for development'),
  },
  plainListen: {
    flag: '--plain-listen <address:port>',
    variable: 'HITLESS_PLAIN_LISTEN',
    description: 'where /livez, /readyz and /metrics listen without TLS as well',
    ...address(),
  },
  mode: {
    flag: '--mode <mode>',
    variable: 'HITLESS_MODE',
    fallback: 'enforce',
    description: 'the most that any request may get: enforce patches, audit only says what it would patch',
    ...oneOf(modes),
  },
  drainSeconds: {
    flag: '--drain-seconds <n>',
    variable: 'HITLESS_DRAIN_SECONDS',
    // Kubernetes gives 30 s; a preStop sleep of 10 s comes out of them.
    fallback: '15',
    description: 'longest time between SIGTERM and the end',
    ...wholeNumber(0, 3600),
  },
  maxInFlight: {
    flag: '--max-in-flight <n>',
    variable: 'HITLESS_MAX_IN_FLIGHT',
    // Three API servers with their default of 200 writes in flight each.
    fallback: '600',
    description: 'requests at once; more are answered 503',
    ...wholeNumber(1, 1_000_000),
  },
  maxEventLoopDelayMs: {
    flag: '--max-event-loop-delay-ms <n>',
    variable: 'HITLESS_MAX_EVENT_LOOP_DELAY_MS',
    // A healthy process stays under 20 ms; callers wait 5 to 10 s.
    fallback: '250',
    description: 'mean delay of the event loop over one second; above it requests are answered 503',
    ...wholeNumber(1, 60_000),
  },
  logLevel: {
    flag: '--log-level <level>',
    variable: 'HITLESS_LOG_LEVEL',
    fallback: 'info',
    description: 'least important log line to write; one line per request is info',
    ...oneOf(logLevels),
  },
} as const satisfies Readonly<Record<string, Row<unknown>>>;

type Table = typeof table;
type Parsed<R> = R extends { parse: (text: string) => infer T | undefined } ? T : never;
type Value<R> = R extends { fallback: string } | { required: true } ? Parsed<R> : Parsed<R> | undefined;
export type Settings = { readonly [K in keyof Table]: Value<Table[K]> };

/** The rows, for help texts and documentation; `name` is the key under which a command-line parser hands over the flag. */
export const settingRows: readonly (Row<unknown> & { readonly name: string })[] = Object.entries(table).map(
  ([name, row]) => ({ name, ...row }),
);

/** Flags as given, by row name. */
export type Flags = Readonly<Record<string, string | undefined>>;

export interface SettingsReading {
  /** Only when there is no mistake. */
  readonly settings?: Settings;
  /** What keeps us from starting, one sentence each, all at once. */
  readonly mistakes: readonly string[];
  readonly warnings: readonly string[];
}

/** A flag wins over its variable, an empty variable counts as absent. */
export function readSettings(flags: Flags, environment: NodeJS.ProcessEnv = process.env): SettingsReading {
  const mistakes: string[] = [];
  const settings: Record<string, unknown> = {};
  for (const row of settingRows) {
    const found = find(row, flags, environment);
    settings[row.name] = found && row.parse(found.text);
    if (found === undefined && row.required) {
      mistakes.push(`${flagName(row)} (or ${row.variable}) is missing: give it ${row.allowed}`);
    }
    if (found !== undefined && settings[row.name] === undefined) {
      mistakes.push(`${found.source}: found ${JSON.stringify(found.text)}, allowed is ${row.allowed}`);
    }
  }
  const warnings = unknownVariables(environment);
  return mistakes.length > 0 ? { mistakes, warnings } : { settings: settings as Settings, mistakes, warnings };
}

function find(row: (typeof settingRows)[number], flags: Flags, environment: NodeJS.ProcessEnv) {
  const flag = flags[row.name];
  if (flag !== undefined) return { text: flag, source: flagName(row) };
  const variable = environment[row.variable];
  if (variable !== undefined && variable !== '') return { text: variable, source: row.variable };
  return row.fallback === undefined ? undefined : { text: row.fallback, source: 'default' };
}

function flagName(row: Row<unknown>): string {
  return row.flag.replace(/ .*/, '');
}

// Kubernetes writes variables for every Service of the namespace: one named hitless-webhook gives
// HITLESS_WEBHOOK_SERVICE_HOST, HITLESS_WEBHOOK_PORT_443_TCP and more. Not settings, and no mistake.
const serviceLink = /_SERVICE_(HOST|PORT)(_|$)|_PORT(_\d+_(TCP|UDP|SCTP).*)?$/;

function unknownVariables(environment: NodeJS.ProcessEnv): string[] {
  const known = settingRows.map((row) => row.variable);
  return Object.keys(environment)
    .filter((name) => name.startsWith('HITLESS_') && !known.includes(name) && !serviceLink.test(name))
    .map((name) => {
      const near = closest(name, known);
      const hint = distance(name, near) <= 4 ? `did you mean ${near}?` : `known are ${known.join(', ')}`;
      return `the environment variable ${name} is not known and has no effect: ${hint}`;
    });
}

function text(allowed: string) {
  return { allowed, parse: (text: string): string | undefined => text || undefined };
}

function oneOf<T extends string>(values: readonly T[]) {
  return { allowed: values.join(', '), parse: (text: string) => values.find((value) => value === text) };
}

function wholeNumber(least: number, most: number) {
  const parse = (text: string): number | undefined => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    return value >= least && value <= most ? value : undefined;
  };
  return { allowed: `a whole number from ${least} to ${most}`, parse };
}

function address() {
  const parse = (text: string): Address | undefined => {
    const [, v6, other, port] = /^(?:\[([0-9a-fA-F:.%]+)\]|([^:[\]\s]*)):(\d{1,5})$/.exec(text) ?? [];
    return port === undefined || Number(port) > 65_535 ? undefined : { host: v6 ?? other ?? '', port: Number(port) };
  };
  return { allowed: 'ADDRESS:PORT such as 127.0.0.1:8443, [::1]:8443 or :8443', parse };
}
