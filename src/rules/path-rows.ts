// The known data paths: for how long each sends to a pod that terminates, and how late to a new one. known-paths.ts recognises them.

export interface PathRow {
  /** As a noun phrase: `AWS Application Load Balancer`. */
  readonly name: string;
  /** How long it may send to a pod after the pod's deletion. */
  readonly seconds: number;
  /** A shorter sleep that was enough in practice. */
  readonly enoughSeconds?: number;
  /** True where it sends to the addresses of the pods, past the Service. */
  readonly targetsPods: boolean;
  /** What to set so that old pods stay until it sends to the new ones; absent where it learns fast. */
  readonly minReadySeconds?: number;
  /** The prefix of the pods' readiness gates with which minReadySeconds is not needed. */
  readonly readinessGate?: string;
  /** The label of a namespace whose new pods all get that gate. */
  readonly namespaceLabel?: string;
  /** For the docs, in Markdown. */
  readonly recognisedBy: string;
}

const aws = {
  targetsPods: true,
  readinessGate: 'target-health.elbv2.k8s.aws/',
  namespaceLabel: 'elbv2.k8s.aws/pod-readiness-gate-inject',
} as const;

export const pathRows = {
  // Measured on a busy node: 1.5 s at most. A load balancer that sends to nodes goes this way as well.
  kubeProxy: { name: 'kube-proxy', seconds: 2, targetsPods: false, recognisedBy: 'any Service' },
  mesh: {
    name: 'sidecar proxy',
    seconds: 3,
    targetsPods: true,
    recognisedBy: 'annotations and labels of Istio, Linkerd and Consul',
  },
  // Seen with Skipper: 2 to 3 s.
  proxy: { name: 'ingress controller', seconds: 3, targetsPods: true, recognisedBy: 'Ingress of any other class' },
  gateway: {
    name: 'gateway',
    seconds: 3,
    targetsPods: true,
    recognisedBy: 'HTTPRoute, and its Gateway of any other class',
  },
  // kubernetes/ingress-nginx#3639
  nginx: {
    name: 'NGINX ingress controller',
    seconds: 5,
    targetsPods: true,
    recognisedBy: 'Ingress of class `nginx`, or of controller `k8s.io/ingress-nginx` or `nginx.org/ingress-controller`',
  },
  // aws-load-balancer-controller#1064 and #1719: 10 to 40 s, and about 25 s were enough. Its health check finds a target healthy after 30 s.
  alb: {
    ...aws,
    name: 'AWS Application Load Balancer',
    seconds: 40,
    enoughSeconds: 25,
    minReadySeconds: 30,
    recognisedBy:
      'Ingress of class `alb`, or of controller `ingress.k8s.aws/alb` or `eks.amazonaws.com/alb`, with `alb.ingress.kubernetes.io/target-type: ip`',
  },
  aws: {
    ...aws,
    name: 'AWS load balancer',
    seconds: 40,
    enoughSeconds: 25,
    minReadySeconds: 30,
    recognisedBy: 'TargetGroupBinding with `targetType: ip`',
  },
  // Google's troubleshooting pages; ingress-gce#769
  neg: {
    name: 'Google Cloud load balancer',
    seconds: 60,
    targetsPods: true,
    minReadySeconds: 60,
    readinessGate: 'cloud.google.com/load-balancer-neg-ready',
    recognisedBy:
      'Ingress of class `gce` or `gce-internal`; Service with `cloud.google.com/neg`; Gateway of a class `gke-*`',
  },
  // The documents of the ingress controller sleep 90 s.
  applicationGateway: {
    name: 'Azure Application Gateway',
    seconds: 90,
    targetsPods: true,
    recognisedBy: 'Ingress of class `azure-application-gateway`, or of controller `azure/application-gateway`',
  },
  // aws-load-balancer-controller#2366: two minutes, whatever the deregistration delay
  nlb: {
    ...aws,
    name: 'AWS Network Load Balancer',
    seconds: 120,
    minReadySeconds: 60,
    recognisedBy:
      'Service of type LoadBalancer with `aws-load-balancer-nlb-target-type: ip` or `aws-load-balancer-type: nlb-ip`',
  },
} as const satisfies Readonly<Record<string, PathRow>>;
