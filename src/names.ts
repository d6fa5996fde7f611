// Names that are stored in clusters and on disks or that people type: a change to one of these breaks what is already there.

/** API group of the policies, and the prefix of every annotation and label. */
export const group = 'hitless.dev';
export const policyVersion = 'v1alpha1';
export const policyApiVersion = 'hitless.dev/v1alpha1';

/** Label of a namespace (enforce or audit); annotation of a namespace or a workload (off or audit). */
export const modeName = 'hitless.dev/mode';
/** Prefix of the annotations of a namespace or a workload by which rules are accepted as they are; the id of the rule follows. */
export const ignorePrefix = 'ignore.hitless.dev/';
/** Annotation of a workload: what was written into it. */
export const recordAnnotation = 'hitless.dev/injected';
export const sleepAnnotation = 'hitless.dev/pre-stop-sleep-seconds';
export const graceAnnotation = 'hitless.dev/termination-grace-period-seconds';

/** Annotation of a node that `hitless lab` cordons for a while: the namespace of that run. */
export const cordonAnnotation = 'hitless.dev/cordoned-by-lab';

/** Of the Secret that holds the self-made certificates. */
export const certificatesLabel = { key: 'hitless.dev/certificates', value: 'self-made' } as const;
export const rotateAnnotation = 'hitless.dev/rotate';

/** Of the reports that `hitless scan` writes. */
export const reportLabel = { key: 'app.kubernetes.io/managed-by', value: 'hitless' } as const;
/** Annotation of such a report: how many results have no room in it. */
export const leftOutAnnotation = 'hitless.dev/results-left-out';

/** The entries of the webhook configuration. */
export const enforceWebhook = 'enforce.hitless.dev';
export const auditWebhook = 'audit.hitless.dev';

/** What is at the head of a result that was written to a file. */
export const labFormat = 'hitless.dev/lab/v1alpha1';
export const savedRunFormat = 'hitless.dev/lab-run/v1alpha1';
export const verifyFormat = 'hitless.dev/verify/v1alpha1';
export const samplesFormat = 'hitless.dev/samples/v1alpha1';
export const baselineFormat = 'hitless.dev/baseline/v1';
export const bundleFormat = 'hitless.dev/bundle/v1alpha1';

/** Where the pages below docs/ are published. */
export const docsUrl = 'https://hitless.dev/docs';

/** What people call the program: itself, or as a plugin of kubectl. */
export type ProgramName = 'hitless' | 'kubectl hitless';
