// The settings of the webhook's containers as they may be shown: flags and variables that hitless knows, and what says nothing of
// networks and people. A value that the webhook itself would refuse is replaced too: it may be anything.

import { isIP } from 'node:net';
import type { ServeSetting } from '../../settings/setting.ts';
import { settingTable } from '../../settings/table.ts';
import { isObject, type Json, type JsonObject, objectsAt, own } from '../../workload/json.ts';
import { type Keep, matching, plainName, redacted } from './keep.ts';

type Setting = keyof typeof settingTable;

/** written: as it is, where it is valid. port: without the address. names: DNS names, no addresses. mount: a path in the chart's folder. */
type Showing = 'written' | 'port' | 'names' | 'mount' | 'object' | 'hidden';

const showing: Readonly<Record<Setting, Showing>> = {
  objects: 'mount',
  cluster: 'written',
  ignoreKinds: 'written',
  policyStatusLease: 'written',
  scanRecord: 'written',
  listen: 'port',
  sharePort: 'written',
  tlsCert: 'mount',
  tlsKey: 'mount',
  tlsSecret: 'written',
  tlsCa: 'mount',
  tlsNames: 'names',
  webhookConfiguration: 'object',
  tlsCaPropagationSeconds: 'written',
  tlsClientCa: 'mount',
  tlsClientNames: 'hidden',
  metricsTokenFile: 'mount',
  metricsPlainOnly: 'written',
  plainListen: 'port',
  mode: 'written',
  drainSeconds: 'written',
  maxInFlight: 'written',
  maxEventLoopDelayMs: 'written',
  warmUpCalls: 'written',
  logLevel: 'written',
};

const mount = matching(/^\/var\/run\/hitless\/[a-z0-9/._-]+$/);

function shownValue(setting: Setting, text: string): Json {
  const row: ServeSetting<unknown> = settingTable[setting];
  const how = showing[setting];
  if (how === 'hidden' || row.parse(text) === undefined) return redacted;
  if (how === 'mount') return mount(text);
  if (how === 'object') return plainName(text);
  if (how === 'names') return text.split(',').some((name) => isIP(name.trim()) !== 0) ? redacted : text;
  if (how === 'written') return text;
  const port = text.slice(text.lastIndexOf(':'));
  return port === text ? text : `${redacted}${port}`;
}

const rows = Object.entries(settingTable) as readonly (readonly [Setting, ServeSetting<unknown>])[];
const byFlag = new Map(rows.map(([setting, { flag }]) => [flag.replace(/ .*/, ''), setting]));
const byVariable = new Map(rows.map(([setting, { variable }]) => [variable, setting]));

/** Each argument of a command line, the value behind its `=`. */
export const argument: Keep = (value) => {
  if (typeof value !== 'string') return redacted;
  if (value === 'serve') return value;
  const at = value.indexOf('=');
  const flag = at === -1 ? value : value.slice(0, at);
  const setting = byFlag.get(flag);
  if (setting === undefined) return redacted;
  return at === -1 ? flag : `${flag}=${shownValue(setting, value.slice(at + 1))}`;
};

const variableName = matching(/^[A-Za-z_][A-Za-z0-9_.-]{0,200}$/);

/** The name alone, whoever sets it. */
export const variable: Keep = (value) => (isObject(value) ? variableName(own(value, 'name') ?? null) : redacted);

/** Of a ConfigMap, by its keys: the settings among them. */
export const shownSettings: Keep = (data) => {
  if (!isObject(data)) return redacted;
  const entries = Object.entries(data);
  const known = entries.flatMap(([name, text]) => {
    const setting = byVariable.get(name);
    return setting === undefined
      ? []
      : [[name, typeof text === 'string' ? shownValue(setting, text) : redacted] as const];
  });
  const others = entries.length - known.length;
  return { ...Object.fromEntries(known), ...(others > 0 && { otherKeys: others }) };
};

/** The names of the ConfigMaps that containers take variables from. */
export function configMapsOf(podSpec: JsonObject): readonly string[] {
  const references = objectsAt(podSpec, 'containers').flatMap((container) => [
    ...objectsAt(container, 'envFrom').map(({ configMapRef }) => configMapRef),
    ...objectsAt(container, 'env').map(({ valueFrom }) => own(isObject(valueFrom) ? valueFrom : {}, 'configMapKeyRef')),
  ]);
  const names = references.flatMap((one) => (isObject(one) && typeof one.name === 'string' ? [one.name] : []));
  return [...new Set(names)].toSorted();
}
