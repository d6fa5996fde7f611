// The kinds of objects that can own reports.

export const ownerKinds = ['ClusterRole', 'MutatingWebhookConfiguration'] as const;
export type OwnerKind = (typeof ownerKinds)[number];

export interface OwnerName {
  readonly kind: OwnerKind;
  readonly name: string;
}
