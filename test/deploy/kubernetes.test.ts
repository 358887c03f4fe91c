import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { describeOptions, readConfig } from '../../src/config.ts';
import { startVneid } from '../../src/index.ts';
import { root, stagesOf, textsOf } from '../support/dockerfile.ts';
import { composeFile, everything, kustomization, manifests, type Yaml } from './manifests.ts';

/** The manifests hang together, and fit the program and its image. */
const objects = manifests();
const of = (kind: string) => objects.filter((one) => one.kind === kind);
const only = (kind: string): Yaml => {
  expect(of(kind)).toHaveLength(1);
  return of(kind)[0];
};
const deployment = only('Deployment');
const pods = [...of('Deployment'), ...of('Job')].map(({ spec }) => spec.template);
const { containers } = deployment.spec.template.spec;
const ports = containers.flatMap((one: Yaml) => one.ports as { name: string; containerPort: number }[]);
const matches = (selector: Yaml, labels: Yaml) =>
  Object.entries(selector as object).every(([name, value]) => labels[name] === value);

test('every file of the folder is part of it, and no object stands twice', () => {
  const files = readdirSync(join(root, 'docker/kubernetes')).filter((name) => name !== 'kustomization.yaml');
  expect((kustomization().resources as string[]).toSorted()).toEqual(files.toSorted());
  const names = objects.map(({ apiVersion, kind, metadata }) => `${apiVersion} ${kind} ${metadata.name}`);
  expect(new Set(names).size).toBe(names.length);
});

test('no object is a secret; they are named only, and how each is made is said', () => {
  expect(of('Secret')).toEqual([]);
  const named = pods.flatMap(({ spec }) => [
    ...spec.containers.flatMap((one: Yaml) => one.envFrom.flatMap(({ secretRef }: Yaml) => secretRef?.name ?? [])),
    ...(spec.volumes ?? []).flatMap(({ secret }: Yaml) => secret?.secretName ?? []),
  ]);
  expect(new Set(named)).toEqual(new Set(['vneid', 'vneid-keys']));
  const { tls } = only('Ingress').spec;
  const told = everything().find(({ name }) => name === 'kubernetes/kustomization.yaml')?.text;
  for (const name of [...named, ...tls.map(({ secretName }: Yaml) => secretName)])
    expect(told).toMatch(new RegExp(`create secret (generic|tls) ${name} `));
});

test('selectors choose the pods of the deployment, and those only', () => {
  const { labels } = deployment.spec.template.metadata;
  const [job] = of('Job');
  const selectors = [
    deployment.spec.selector.matchLabels,
    only('Service').spec.selector,
    only('PodDisruptionBudget').spec.selector.matchLabels,
    ...deployment.spec.template.spec.topologySpreadConstraints.map((one: Yaml) => one.labelSelector.matchLabels),
  ];
  for (const selector of selectors) {
    expect(matches(selector, labels)).toBe(true);
    expect(matches(selector, job.spec.template.metadata.labels)).toBe(false);
  }
  for (const { metadata } of pods)
    expect(matches(only('NetworkPolicy').spec.podSelector.matchLabels, metadata.labels)).toBe(true);
});

test('ports lead to each other, and to the one where the program listens', () => {
  const names = ports.map(({ name }: { name: string }) => name);
  const listening = [readConfig().port, readConfig().cityPort];
  expect(ports.map(({ containerPort }: { containerPort: number }) => containerPort)).toEqual(listening);
  expect(textsOf(stagesOf().at(-1) as never, 'EXPOSE')[0]?.split(' ')).toEqual(listening.map(String));
  for (const { targetPort } of only('Service').spec.ports) expect(names).toContain(targetPort);
  const { ingress, egress } = only('NetworkPolicy').spec;
  for (const { from, ports: open } of ingress) {
    expect(from.length).toBeGreaterThan(0);
    for (const { port } of open) expect(names).toContain(port);
  }
  // the city reaches the provider in another pod, whose port it is that the Service leads to
  const among = { podSelector: only('NetworkPolicy').spec.podSelector };
  for (const [rules, side] of [
    [ingress, 'from'],
    [egress, 'to'],
  ] as const)
    expect(rules).toContainEqual({ [side]: [among], ports: [{ port: 'http' }] });
  const { rules, tls } = only('Ingress').spec;
  for (const { host, http } of rules) {
    expect(tls.flatMap(({ hosts }: Yaml) => hosts)).toContain(host);
    for (const { backend } of http.paths) {
      expect(backend.service.name).toBe(only('Service').metadata.name);
      expect(only('Service').spec.ports.map(({ name }: Yaml) => name)).toContain(backend.service.port.name);
    }
  }
  const { annotations } = deployment.spec.template.metadata;
  expect(Number(annotations['prometheus.io/port'])).toBe(readConfig().port);
});

test('the program takes what it is told, with secrets of the kind that the kustomization asks for', () => {
  const { data } = only('ConfigMap');
  const known = describeOptions().map(({ variable }) => variable);
  for (const [name, value] of Object.entries(data)) {
    expect(known).toContain(name);
    expect(value, name).toBeTypeOf('string');
  }
  const secrets = {
    VNEID_DATABASE_URL: 'postgres://vneid:x@db.example/vneid',
    VNEID_REDIS_URL: 'redis://:x@redis.example',
    VNEID_OPERATOR_TOKEN: 'x'.repeat(32),
  };
  const config = readConfig({}, { ...data, ...secrets });
  expect(config).toMatchObject({ mode: 'sandbox', trustProxy: true, city: true });
  const places = only('Ingress').spec.rules.map(({ host, http }: Yaml) => [
    host,
    http.paths[0].backend.service.port.name,
  ]);
  expect(places).toEqual([
    [new URL(config.issuer).host, 'http'],
    [new URL(config.cityUrl).host, 'city'],
  ]);
  const inside = new URL(config.internalUrl);
  const { metadata, spec } = only('Service');
  expect(inside.hostname).toBe(metadata.name);
  expect(spec.ports).toContainEqual(expect.objectContaining({ port: Number(inside.port || 80), targetPort: 'http' }));
  // 100 is what PostgreSQL has by default, and some are for who looks after it
  const most = only('HorizontalPodAutoscaler').spec.maxReplicas + deployment.spec.strategy.rollingUpdate.maxSurge;
  expect(most * config.databasePool).toBeLessThan(97);
});

describe.each(pods.map((pod) => ({ pod, name: pod.spec.containers[0].name as string })))(
  'the pod of $name',
  ({ pod }) => {
    test('may do little: no root, no capability, no file but its volumes, no word to the cluster', () => {
      expect(pod.spec.automountServiceAccountToken).toBe(false);
      expect(pod.spec.securityContext).toMatchObject({
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      const { runAsUser, runAsGroup } = pod.spec.securityContext;
      expect(textsOf(stagesOf().at(-1) as never, 'USER')).toEqual([`${runAsUser}:${runAsGroup}`]);
      for (const { securityContext, resources } of pod.spec.containers) {
        expect(securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
        expect(resources).toMatchObject({
          requests: { cpu: expect.anything() },
          limits: { memory: expect.anything() },
        });
      }
    });

    test('hears of no service by its environment, where that of ours would be taken for the option VNEID_PORT', () => {
      expect(() => readConfig({}, { VNEID_PORT: 'tcp://10.96.3.4:80' })).toThrow('VNEID_PORT');
      expect(pod.spec.enableServiceLinks).toBe(false);
    });

    test('runs our image, and a command that there is', () => {
      for (const { image, args } of pod.spec.containers) {
        expect(image).toBe(composeFile('compose.yaml').services.vneid.image);
        expect(image).toBe(kustomization().images[0].name);
        expect([['start'], ['migrate']]).toContainEqual(args);
      }
    });
  },
);

test('probes ask for what there is: whether it lives, and whether a login would succeed', async () => {
  await using vneid = await startVneid();
  const [{ startupProbe, readinessProbe, livenessProbe }] = containers;
  for (const probe of [startupProbe, readinessProbe, livenessProbe]) {
    expect(ports.map(({ name }: { name: string }) => name)).toContain(probe.httpGet.port);
    expect((await fetch(`${vneid.issuer}${probe.httpGet.path}`)).status, probe.httpGet.path).toBe(200);
  }
  expect(readinessProbe.httpGet.path).toBe('/health/ready');
  // a store that is away must not end the program, which can do nothing about it
  expect(livenessProbe.httpGet.path).toBe('/health/live');
  expect((await fetch(vneid.issuer + deployment.spec.template.metadata.annotations['prometheus.io/path'])).status).toBe(
    200,
  );
});

test('there are two at least, one goes at a time, and a rush of logins brings more by a number that there is', async () => {
  const { spec } = only('HorizontalPodAutoscaler');
  expect(spec.scaleTargetRef).toEqual({ apiVersion: 'apps/v1', kind: 'Deployment', name: deployment.metadata.name });
  expect(spec.minReplicas).toBeGreaterThanOrEqual(2);
  expect(only('PodDisruptionBudget').spec.maxUnavailable).toBe(1);
  expect(deployment.spec.strategy.rollingUpdate.maxUnavailable).toBe(0);
  expect(spec.metrics.map(({ type }: Yaml) => type)).toEqual(['Resource', 'Pods']);
  await using vneid = await startVneid();
  const page = await (await fetch(`${vneid.issuer}/metrics`)).text();
  expect(page).toContain(`\n${spec.metrics[1].pods.metric.name} `);
  // first no new requests, then 5 s for those under way, and 3 s for traces
  const [{ lifecycle }] = containers;
  const [, pause] = lifecycle.preStop.exec.command;
  expect(Number(pause) + 5 + 3).toBeLessThan(deployment.spec.template.spec.terminationGracePeriodSeconds);
});
