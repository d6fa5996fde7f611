// The tables of known fields against the classes that are generated from the API itself.

import {
  V1Container,
  V1Deployment,
  V1DeploymentSpec,
  V1DeploymentStrategy,
  V1ExecAction,
  V1GRPCAction,
  V1HTTPGetAction,
  V1Lifecycle,
  V1LifecycleHandler,
  V1PodSpec,
  V1PodTemplateSpec,
  V1Probe,
  V1RollingUpdateDeployment,
  V1SleepAction,
  V1TCPSocketAction,
} from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { homesOf, placesOf } from '../../src/lint/known-fields.ts';
import { deployment } from '../../src/workload/kinds/deployment.ts';

const classes: Readonly<Record<string, { getAttributeTypeMap: () => { baseName: string }[] }>> = {
  '': V1Deployment,
  spec: V1DeploymentSpec,
  'spec.strategy': V1DeploymentStrategy,
  'spec.strategy.rollingUpdate': V1RollingUpdateDeployment,
  template: V1PodTemplateSpec,
  podSpec: V1PodSpec,
  container: V1Container,
  probe: V1Probe,
  lifecycle: V1Lifecycle,
  hook: V1LifecycleHandler,
  httpGet: V1HTTPGetAction,
  tcpSocket: V1TCPSocketAction,
  grpc: V1GRPCAction,
  exec: V1ExecAction,
  sleep: V1SleepAction,
};

const places = placesOf(deployment);
const homes = homesOf(deployment);

describe('known fields', () => {
  it('are those of every place', () => expect(Object.keys(classes).sort()).toEqual(Object.keys(places).sort()));

  it.each(Object.entries(classes))('of %s are those of the API', (name, { getAttributeTypeMap }) => {
    const known = getAttributeTypeMap().map(({ baseName }) => baseName);
    expect([...(places[name]?.fields ?? [])].sort()).toEqual(known.sort());
  });

  it('lead only through fields that exist', () => {
    for (const place of Object.values(places))
      for (const field of Object.keys(place.below ?? {})) expect(place.fields).toContain(field.replace('[]', ''));
  });

  it('have a home that knows them', () => {
    const known = new Set(Object.values(places).flatMap((place) => place.fields));
    for (const field of Object.keys(homes)) expect(known).toContain(field);
  });
});
