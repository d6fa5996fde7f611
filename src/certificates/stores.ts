// The stores that self-issued certificates need, as plain functions: a Secret that every replica reads and writes, and the caBundles
// that API servers use. src/cluster/certificates implements them.

/** UTF-8 text by key. */
export type Contents = Readonly<Record<string, string>>;

export interface StoredSecret {
  /** Its resourceVersion. */
  readonly version: string;
  /** It has the hitless label: nothing else keeps data in it. */
  readonly ours: boolean;
  readonly data: Contents;
  /** The value of its annotation `hitless.dev/rotate`. */
  readonly rotationRequest?: string;
}

/** The functions reject with a sentence when the API server does not answer, or does not allow it. */
export interface SecretStore {
  /** `NAMESPACE/NAME`, for messages. */
  readonly name: string;
  /** `now` is the API server's time, because the API server checks the validity of a certificate. */
  readonly read: () => Promise<{ readonly secret: StoredSecret | undefined; readonly now: Date }>;
  /** false: another writer was first. */
  readonly create: (data: Contents) => Promise<boolean>;
  /** Removes the request for a rotation as well. false: it is no longer the version that was read. */
  readonly replace: (version: string, data: Contents) => Promise<boolean>;
}

export interface BundleEntry {
  /** Of the webhook. */
  readonly name: string;
  /** PEM, or any other string that was written there; empty when there is none. */
  readonly caBundle: string;
}

export interface WebhookConfiguration {
  readonly version: string;
  /** The hitless entries only. */
  readonly entries: readonly BundleEntry[];
}

/** The functions reject as those of SecretStore. */
export interface BundleStore {
  readonly name: string;
  /** undefined: there is no such configuration, and so the webhook is not called. */
  readonly read: () => Promise<WebhookConfiguration | undefined>;
  /** Writes these caBundles and nothing else. false: it is no longer the version that was read. */
  readonly write: (version: string, entries: readonly BundleEntry[]) => Promise<boolean>;
}

/** Calls `changed` when one of the two may have changed; nothing is lost if it sometimes does not. Never throws. */
export type Follow = (changed: () => void) => { readonly stop: () => void };
