import { readFileSync } from 'node:fs';
import { parseRules } from '@costspan/quota';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { parseConfig } from './parse-config.ts';

const read = (name: string): string =>
  readFileSync(new URL(`../../../../docs/deploy/${name}`, import.meta.url), 'utf8');
// biome-ignore lint/suspicious/noExplicitAny: manifests of others' forms; a wrong look fails the test.
const documents = (name: string): any[] => parseAllDocuments(read(name)).map((document) => document.toJS());

const ENVIRONMENT = {
  COSTSPAN_KEY: 'key',
  COSTSPAN_STORE_URL: 'clickhouse://costspan:secret@clickhouse:8123/costspan',
  COSTSPAN_REDIS_URL: 'redis://redis:6379',
};
const NAMES = Object.keys(ENVIRONMENT);

test('the configuration of a cluster is one, with what its environment gives', () => {
  const config = parseConfig(read('costspan.yaml'), 'costspan.yaml', ENVIRONMENT);
  expect(config).toMatchObject({
    listen: { host: '0.0.0.0', port: 4318 },
    grpcListen: { port: 4317 },
    ingestKeys: ['key'],
    store: ENVIRONMENT.COSTSPAN_STORE_URL,
    quota: { store: { kind: 'redis', url: ENVIRONMENT.COSTSPAN_REDIS_URL } },
  });
  expect(config.data).toBe(':memory:');
  expect(parseRules(read('quota.yaml'), 'quota.yaml').rules).toHaveLength(1);
});

test('the manifests probe what answers, on the ports that are listened to, and wait longer than closing takes', () => {
  const [deployment, service, , autoscaler] = documents('kubernetes.yaml');
  const { containers, terminationGracePeriodSeconds } = deployment.spec.template.spec;
  const [{ ports, livenessProbe, readinessProbe, startupProbe }] = containers;
  expect(ports.map((port: { containerPort: number }) => port.containerPort)).toEqual([4318, 4317]);
  expect(service.spec.ports.map((port: { targetPort: string }) => port.targetPort)).toEqual(
    ports.map((port: { name: string }) => port.name),
  );
  for (const probe of [livenessProbe, startupProbe])
    expect(probe.httpGet).toEqual({ path: '/healthz', port: 'otlp-http' });
  expect(readinessProbe.httpGet).toEqual({ path: '/readyz', port: 'otlp-http' });
  const { closeTimeoutMs } = parseConfig(read('costspan.yaml'), 'costspan.yaml', ENVIRONMENT);
  expect(terminationGracePeriodSeconds * 1000).toBeGreaterThan(2 * closeTimeoutMs);
  expect(autoscaler.spec.minReplicas).toBe(deployment.spec.replicas);
  for (const name of NAMES) expect(read('kubernetes.yaml')).toContain(`--from-literal=${name}=`);
});

test('the Compose file gives the collectors every variable, and mounts only files that are there', () => {
  const [{ services }] = documents('compose.yaml');
  expect(Object.keys(services.costspan.environment)).toEqual(NAMES);
  const mounted = Object.values(services as Record<string, { volumes?: string[] }>)
    .flatMap(({ volumes }) => volumes ?? [])
    .flatMap((volume) => /^\.\/([^:]+):/.exec(volume)?.[1] ?? []);
  expect(mounted).toHaveLength(4);
  for (const file of mounted) expect(read(file)).not.toBe('');
  expect(services.costspan.healthcheck.test.at(-1)).toContain('/readyz');
});
