// The fields we may ever write, and nothing else: the one table behind the record, the patch and their tests.

// A name of digits alone would also read as a position.
const container = String.raw`spec\.template\.spec\.containers\[(?!\d+\])[^\]]+\]`;
const fields = [
  String.raw`spec\.minReadySeconds`,
  String.raw`spec\.strategy\.rollingUpdate\.(?:maxUnavailable|maxSurge)`,
  String.raw`spec\.template\.spec\.terminationGracePeriodSeconds`,
  String.raw`${container}\.lifecycle\.preStop\.(?:sleep|exec)`,
  String.raw`${container}\.readinessProbe\.(?:httpGet|tcpSocket|grpc)`,
  String.raw`${container}\.readinessProbe\.(?:(?:initialDelay|period|timeout)Seconds|(?:success|failure)Threshold)`,
];
const editable = new RegExp(`^(?:${fields.join('|')})$`);

/** True for a path that a rule may write. */
export function isEditable(path: string): boolean {
  return editable.test(path);
}

/** True for a path whose change starts a rollout. */
export function inTemplate(path: string): boolean {
  return path.startsWith('spec.template.');
}

/** Where our record of past injections stands in the object. */
export const recordAnnotation = 'hitless.dev/injected';
