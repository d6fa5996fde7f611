// What the self-made certificates need from the outside, as plain functions: a Secret that every replica reads and writes, and the
// caBundles that API servers go by. src/cluster/certificates has the real ones.

/** UTF-8 text by key. */
export type Contents = Readonly<Record<string, string>>;

export interface StoredSecret {
  /** Its resourceVersion. */
  readonly version: string;
  /** It carries our label: nobody else keeps anything in it. */
  readonly ours: boolean;
  readonly data: Contents;
  /** What somebody wrote into its annotation `hitless.dev/rotate`. */
  readonly rotationRequest?: string;
}

/** The functions reject with a sentence when the API server does not answer, or does not allow it. */
export interface SecretStore {
  /** `NAMESPACE/NAME`, for messages. */
  readonly name: string;
  /** `now` is the API server's time: it is the one who judges a certificate by the clock. */
  readonly read: () => Promise<{ readonly secret: StoredSecret | undefined; readonly now: Date }>;
  /** false: somebody was quicker. */
  readonly create: (data: Contents) => Promise<boolean>;
  /** Removes the request for a rotation as well. false: it is no longer the version that was read. */
  readonly replace: (version: string, data: Contents) => Promise<boolean>;
}

export interface BundleEntry {
  /** Of the webhook. */
  readonly name: string;
  /** PEM, or whatever somebody wrote there; empty when there is none. */
  readonly caBundle: string;
}

export interface WebhookConfiguration {
  readonly version: string;
  /** Our entries only. */
  readonly entries: readonly BundleEntry[];
}

/** The functions reject as those of SecretStore. */
export interface BundleStore {
  readonly name: string;
  /** undefined: there is no such configuration, and so nobody who calls. */
  readonly read: () => Promise<WebhookConfiguration | undefined>;
  /** Writes these caBundles and nothing else. false: it is no longer the version that was read. */
  readonly write: (version: string, entries: readonly BundleEntry[]) => Promise<boolean>;
}

/** Calls `changed` when one of the two may have changed; nothing is lost if it sometimes does not. Never throws. */
export type Follow = (changed: () => void) => { readonly stop: () => void };
