// What takes SARIF: the published schema of 2.1.0, and the further rules of GitHub's code scanning
// (https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support).

import { createRequire } from 'node:module';
import { Ajv, type ValidateFunction } from 'ajv';

export interface SarifRule {
  readonly id: string;
  readonly shortDescription: { readonly text: string };
  readonly fullDescription: { readonly text: string };
  readonly help: { readonly text: string };
  readonly properties: { readonly tags: readonly string[] };
}

export interface SarifResult {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly message: { readonly text: string };
  readonly locations: readonly {
    readonly physicalLocation: {
      readonly artifactLocation: { readonly uri: string };
      readonly region: { readonly startLine: number; readonly startColumn: number };
    };
  }[];
  readonly partialFingerprints: Readonly<Record<string, string>>;
  readonly suppressions?: readonly { readonly kind: string; readonly justification: string }[];
  readonly fixes?: readonly object[];
}

export interface SarifRun {
  readonly tool: { readonly driver: { readonly rules: readonly SarifRule[] } };
  readonly results: readonly SarifResult[];
  readonly invocations: readonly {
    readonly executionSuccessful: boolean;
    readonly toolExecutionNotifications: readonly { readonly level: string; readonly message: { text: string } }[];
  }[];
}

export interface SarifLog {
  readonly version: string;
  readonly runs: readonly [SarifRun];
}

/** Reads the text, and throws with every reason for which the schema refuses it. */
export function sarifLog(text: string): SarifLog {
  const log: unknown = JSON.parse(text);
  const validate = compiled();
  if (!validate(log)) {
    const reasons = (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
    throw new Error(reasons.slice(0, 10).join('\n'));
  }
  return log as SarifLog;
}

let validator: ValidateFunction | undefined;

function compiled(): ValidateFunction {
  validator ??= new Ajv({ strict: false, unicodeRegExp: false, formats }).compile(schema());
  return validator;
}

/** Without the name of its draft of JSON Schema, the fourth: it uses nothing that later ones read otherwise. */
function schema(): object {
  const require = createRequire(import.meta.url);
  const { $schema, id, ...rest } = require('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json');
  return rest;
}

/** RFC 3986: its characters, and a percent sign only before two hexadecimal digits. */
const reference = /^(?:[\w\-.~:/?#[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*$/;

const formats = {
  uri: (text: string) => reference.test(text) && URL.canParse(text),
  'uri-reference': reference,
  'date-time': (text: string) => !Number.isNaN(Date.parse(text)),
};

/** Why code scanning would refuse the upload or show less than there is. */
export function complaintsOfGitHub({ runs: [{ tool, results }] }: SarifLog): readonly string[] {
  const { rules } = tool.driver;
  return [
    ...(results.length > 25_000 ? [`${results.length} results`] : []),
    ...rules.flatMap(complaintsAboutRule),
    ...results.flatMap((one) => complaintsAboutResult(one, rules)),
  ];
}

function complaintsAboutRule({ id, shortDescription, fullDescription, help, properties: { tags } }: SarifRule) {
  const texts = [shortDescription.text, fullDescription.text];
  return [
    ...(id.length > 255 ? [`rule ${id}: its id is too long`] : []),
    ...texts.filter((text) => text === '' || text.length > 1_024).map((text) => `rule ${id}: ${text.length} letters`),
    ...(help.text === '' ? [`rule ${id}: no help`] : []),
    ...(tags.length > 10 ? [`rule ${id}: ${tags.length} tags`] : []),
  ];
}

function complaintsAboutResult(result: SarifResult, rules: readonly SarifRule[]): readonly string[] {
  const { ruleId, ruleIndex, message, locations, partialFingerprints } = result;
  const [place] = locations.map(({ physicalLocation }) => physicalLocation);
  const about = `result ${ruleId} at ${place?.artifactLocation.uri}`;
  return [
    ...(rules[ruleIndex]?.id === ruleId ? [] : [`${about}: its ruleIndex is ${ruleIndex}`]),
    ...(locations.length === 1 ? [] : [`${about}: ${locations.length} locations`]),
    ...(isOfRepository(place?.artifactLocation.uri) ? [] : [`${about}: not a path of the repository`]),
    ...((place?.region.startLine ?? 0) > 0 ? [] : [`${about}: no line`]),
    ...(message.text === '' ? [`${about}: no message`] : []),
    ...(Object.keys(partialFingerprints).length === 0 ? [`${about}: no fingerprint`] : []),
  ];
}

/** Relative, with neither a scheme nor a query, and within the folder. */
function isOfRepository(uri = ''): boolean {
  const base = new URL('https://repository.example/checkout/');
  const { origin, pathname, search, hash } = new URL(uri, base);
  return (
    uri !== '' &&
    origin === base.origin &&
    pathname.startsWith(base.pathname) &&
    pathname !== base.pathname &&
    search + hash === ''
  );
}
