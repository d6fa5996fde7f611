// Folders of manifests as large repositories have them. Everything in them is made up here.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const filesInFolder = 100;

/** One Deployment in each of `files` files. */
export function writeDeployments(root: string, files: number): void {
  writeFiles(root, files, (name, namespace) => deployment(name, namespace));
}

/** Three objects in each of `files` files: a Deployment, its Service, and in turn an autoscaler, a budget and a ConfigMap. */
export function writeApplications(root: string, files: number): void {
  writeFiles(root, files, (name, namespace, index) =>
    [deployment(name, namespace), service(name, namespace), third(name, namespace, index)].join('---\n'),
  );
}

/** CustomResourceDefinitions of `mebibytes` together, and a few Deployments with their Services. */
export function writeDefinitions(root: string, mebibytes: number, deployments: number): void {
  writeApplications(join(root, 'apps'), deployments);
  const folder = join(root, 'crds');
  mkdirSync(folder, { recursive: true });
  let bytes = 0;
  for (let index = 0; bytes < mebibytes * 1024 ** 2; index += 1) {
    const text = definition(index);
    bytes += text.length;
    writeFileSync(join(folder, `kind-${index}.yaml`), text);
  }
}

type Make = (name: string, namespace: string, index: number) => string;

function writeFiles(root: string, files: number, make: Make): void {
  for (let index = 0; index < files; index += 1) {
    const team = `team-${String(Math.floor(index / filesInFolder)).padStart(4, '0')}`;
    const folder = join(root, team);
    if (index % filesInFolder === 0) mkdirSync(folder, { recursive: true });
    const name = `app-${index % filesInFolder}`;
    writeFileSync(join(folder, `${name}.yaml`), make(name, team, index));
  }
}

function deployment(name: string, namespace: string): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
  namespace: ${namespace}
  labels:
    app.kubernetes.io/name: ${name}
    app.kubernetes.io/part-of: "${namespace}"
  annotations:
    example.com/owner: ${namespace}@example.com
spec:
  replicas: 3
  selector:
    matchLabels:
      app.kubernetes.io/name: ${name}
  template:
    metadata:
      labels:
        app.kubernetes.io/name: ${name}
    spec:
      serviceAccountName: ${name}
      # one container, as most have
      containers:
        - name: ${name}
          image: registry.example.com/${namespace}/${name}:1.27.3
          args: ["--listen=:8080", "--log-level=info"]
          ports:
            - name: http
              containerPort: 8080
          env:
            - name: LOG_LEVEL
              value: "info"
            - name: POD_NAME
              valueFrom:
                fieldRef:
                  fieldPath: metadata.name
          livenessProbe:
            httpGet:
              path: /healthz
              port: http
            periodSeconds: 10
          resources:
            requests:
              cpu: 100m
              memory: 128Mi
            limits:
              memory: 256Mi
          volumeMounts:
            - name: config
              mountPath: /etc/${name}
      volumes:
        - name: config
          configMap:
            name: ${name}
`;
}

function service(name: string, namespace: string): string {
  return `apiVersion: v1
kind: Service
metadata:
  name: ${name}
  namespace: ${namespace}
spec:
  selector:
    app.kubernetes.io/name: ${name}
  ports:
    - name: http
      port: 80
      targetPort: http
`;
}

function third(name: string, namespace: string, index: number): string {
  const thirds = [autoscaler, budget, settings];
  return (thirds[index % thirds.length] ?? settings)(name, namespace);
}

function autoscaler(name: string, namespace: string): string {
  return `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: ${name}
  namespace: ${namespace}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: ${name}
  minReplicas: 3
  maxReplicas: 12
`;
}

function budget(name: string, namespace: string): string {
  return `apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: ${name}
  namespace: ${namespace}
spec:
  maxUnavailable: 1
  selector:
    matchLabels:
      app.kubernetes.io/name: ${name}
`;
}

function settings(name: string, namespace: string): string {
  return `apiVersion: v1
kind: ConfigMap
metadata:
  name: ${name}
  namespace: ${namespace}
data:
  application.yaml: |
    server:
      port: 8080
    log:
      level: info
  greeting: Hello from ${name}
`;
}

function definition(index: number): string {
  const kind = `Made${index}`;
  const plural = `${kind.toLowerCase()}s`;
  return `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: ${plural}.example.com
  annotations:
    example.com/generated-by: hand
spec:
  group: example.com
  names:
    kind: ${kind}
    listKind: ${kind}List
    plural: ${plural}
    singular: ${kind.toLowerCase()}
  scope: Namespaced
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        description: ${kind} is the schema of a resource that exists only to be read.
        type: object
        properties:
          apiVersion:
            type: string
          kind:
            type: string
          metadata:
            type: object
          spec:
            type: object
            required:
            - field0
            properties:
${Array.from({ length: 40 + (index % 5) * 80 }, (_, field) => property(field)).join('')}`;
}

/** As generators write them: a description over several lines, now and then a list, an enumeration, or text as it is. */
function property(index: number): string {
  const head = `              field${index}:\n                description: |-\n                  Field ${index} says how many of the parts are kept.\n\n                  It's read once: "0" means all of them.\n`;
  const forms = [
    `${head}                format: int32\n                minimum: 0\n                type: integer\n`,
    `              field${index}:\n                description: A list of names that belong to field ${index}, each of which is used at most once and\n                  continues on a second line, as a generator breaks it.\n                items:\n                  type: string\n                type: array\n                x-kubernetes-list-type: atomic\n`,
    `              field${index}:\n                default: Always\n                description: 'One of several words: it''s checked.'\n                enum:\n                - Always\n                - Never\n                type: string\n`,
    `${head}                properties:\n                  containers:\n                    items:\n                      properties:\n                        image:\n                          type: string\n                      type: object\n                    type: array\n                type: object\n`,
  ];
  return forms[index % forms.length] ?? '';
}
