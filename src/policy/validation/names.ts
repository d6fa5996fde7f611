// The syntax of names in the Kubernetes API, and its description for messages.
// Source: k8s.io/apimachinery/pkg/util/validation.

const dnsLabel = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const dnsName = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const labelName = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;

export const allowedNames = {
  namespace: 'at most 63 lower-case letters, digits and "-", with a letter or digit first and last',
  object: 'at most 253 lower-case letters, digits, "-" and ".", with a letter or digit first and last',
  labelKey: 'a label key: at most 63 letters, digits, "-", "_" and ".", with or without a DNS name and "/" before them',
  labelValue: 'a label value as a string: at most 63 letters, digits, "-", "_" and "."',
  port: 'a port number from 1 to 65535, or a port name: at most 15 lower-case letters, digits and "-"',
} as const;

export function isNamespaceName(text: string): boolean {
  return text.length <= 63 && dnsLabel.test(text);
}

/** For containers and init containers. */
export const isContainerName = isNamespaceName;

export const longestObjectName = 253;

export function isObjectName(text: string): boolean {
  return text.length <= longestObjectName && dnsName.test(text);
}

export function isLabelKey(text: string): boolean {
  const slash = text.indexOf('/');
  if (slash >= 0 && !isObjectName(text.slice(0, slash))) return false;
  const name = text.slice(slash + 1);
  return name.length <= 63 && labelName.test(name);
}

export function isLabelValue(text: string): boolean {
  return text === '' || (text.length <= 63 && labelName.test(text));
}

/** True for an IANA service name, which needs at least one letter. */
export function isPortName(text: string): boolean {
  return text.length <= 15 && dnsLabel.test(text) && /[a-z]/.test(text) && !text.includes('--');
}

export function isPortNumber(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 65_535;
}
