// A git repository of 100 manifests as teams have them, with hundreds of findings: what a pipeline is tried on.

import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeFiles } from '../files.ts';

export const teams = ['shop', 'search', 'billing', 'mail', 'media', 'login', 'maps', 'chat', 'stock', 'jobs'];
const perTeam = 10;

/** Two replicas and a declared port behind a Service; nothing that protects a rollout. */
export function manifest(name: string, namespace: string, image = `${name}:1`): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}   # owned by team ${namespace}
  namespace: ${namespace}
spec:
  replicas: 5
  selector:
    matchLabels: { app: ${name} }
  template:
    metadata:
      labels: { app: ${name} }
    spec:
      containers:
        - name: ${name}
          image: ${image}
          ports:
            - containerPort: 8080
---
apiVersion: v1
kind: Service
metadata:
  name: ${name}
  namespace: ${namespace}
spec:
  selector: { app: ${name} }
  ports:
    - port: 80
      targetPort: 8080
`;
}

export interface Repository {
  readonly folder: string;
  readonly write: (files: Readonly<Record<string, string>>) => void;
  readonly remove: (file: string) => void;
  readonly commit: (message: string) => void;
}

/** Committed, in `folder`. */
export function createRepository(folder: string): Repository {
  const git = (...args: readonly string[]) =>
    execFileSync('git', ['-C', folder, '-c', 'user.name=test', '-c', 'user.email=test@example.com', ...args]);
  const repository: Repository = {
    folder,
    write: (files) => writeFiles(folder, files),
    remove: (file) => rmSync(join(folder, file)),
    commit: (message) => {
      git('add', '--all');
      git('commit', '--quiet', '--message', message);
    },
  };
  repository.write(
    Object.fromEntries(
      teams.flatMap((team) =>
        Array.from({ length: perTeam }, (_, index) => {
          const name = `${team}-${index + 1}`;
          return [`teams/${team}/${name}.yaml`, manifest(name, team)] as const;
        }),
      ),
    ),
  );
  git('init', '--quiet', '--initial-branch=main');
  repository.commit('as it is');
  return repository;
}
