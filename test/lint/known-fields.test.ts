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
import { homes, type Place, type PlaceName, places } from '../../src/lint/known-fields.ts';

const classes: Readonly<Record<PlaceName, { getAttributeTypeMap: () => { baseName: string }[] }>> = {
  deployment: V1Deployment,
  spec: V1DeploymentSpec,
  strategy: V1DeploymentStrategy,
  rollingUpdate: V1RollingUpdateDeployment,
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

describe('known fields', () => {
  it.each(Object.entries(classes))('of %s are those of the API', (name, { getAttributeTypeMap }) => {
    const known = getAttributeTypeMap().map(({ baseName }) => baseName);
    expect([...places[name as PlaceName].fields].sort()).toEqual(known.sort());
  });

  it('lead only through fields that exist', () => {
    for (const place of Object.values(places) as Place[])
      for (const field of Object.keys(place.below ?? {})) expect(place.fields).toContain(field.replace('[]', ''));
  });

  it('have a home that knows them', () => {
    const known = new Set(Object.values(places).flatMap((place: Place) => place.fields));
    for (const field of Object.keys(homes)) expect(known).toContain(field);
  });
});
