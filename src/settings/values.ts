// Parsers of the kinds of settings, each with a description of its valid values.

import { isIP } from 'node:net';

/** Where a socket listens. Port 0 takes any free port; an empty host is every address. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

export function anyText(allowed: string) {
  return { allowed, parse: (text: string): string | undefined => text || undefined };
}

export function yesOrNo() {
  const parse = (text: string): boolean | undefined =>
    text === 'true' || text === 'false' ? text === 'true' : undefined;
  return { allowed: 'true or false', parse };
}

/** `example`: of an object that the setting could name. */
export function namespacedName(example: string) {
  const parse = (text: string) => {
    const [, namespace, name] = /^([a-z0-9][-a-z0-9]*)\/([a-z0-9][-.a-z0-9]*)$/.exec(text) ?? [];
    return namespace === undefined || name === undefined ? undefined : { namespace, name };
  };
  return { allowed: `NAMESPACE/NAME such as ${example}`, parse };
}

export function hostNames() {
  const parse = (text: string): readonly string[] | undefined => {
    const names = [...new Set(text.split(',').map((name) => name.trim()))];
    return names.every((name) => isIP(name) !== 0 || isHostName(name)) ? names : undefined;
  };
  return { allowed: 'lower-case DNS names or IP addresses, separated by commas', parse };
}

function isHostName(name: string): boolean {
  return name.length <= 253 && name.split('.').every((label) => /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(label));
}

/** As certificates have them, such as `system:kube-apiserver`. */
export function names() {
  const parse = (text: string): readonly string[] | undefined => {
    const all = [...new Set(text.split(',').map((name) => name.trim()))];
    return all.every((name) => /^[^\p{Cc}]+$/u.test(name)) ? all : undefined;
  };
  return { allowed: 'names, separated by commas', parse };
}

export function oneOf<T extends string>(values: readonly T[]) {
  const parse = (text: string) => values.find((value) => value === text);
  return { allowed: `one of ${values.join(', ')}`, words: values, parse };
}

export function someOf<T extends string>(values: readonly T[]) {
  const parse = (text: string): readonly T[] | undefined => {
    const found = text.split(',').map((one) => values.find((value) => value === one.trim()));
    return found.every((one) => one !== undefined) ? found : undefined;
  };
  return { allowed: `one or more of ${values.join(', ')}, separated by commas`, words: values, isList: true, parse };
}

export function wholeNumber(least: number, most: number) {
  const parse = (text: string): number | undefined => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    return value >= least && value <= most ? value : undefined;
  };
  return { allowed: `a whole number from ${least} to ${most}`, parse };
}

export function address() {
  const parse = (text: string): ListenAddress | undefined => {
    const [, v6, other, port] = /^(?:\[([0-9a-fA-F:.%]+)\]|([^:[\]\s]*)):(\d{1,5})$/.exec(text) ?? [];
    return port === undefined || Number(port) > 65_535 ? undefined : { host: v6 ?? other ?? '', port: Number(port) };
  };
  return { allowed: 'ADDRESS:PORT such as 127.0.0.1:8443, [::1]:8443 or :8443', parse };
}
