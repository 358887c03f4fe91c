import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { describeOptions } from '../../src/config.ts';
import { root } from '../support/dockerfile.ts';
import { composeFile, everything, services, type Yaml } from './manifests.ts';

const [one, scale] = [composeFile('compose.yaml'), composeFile('compose.scale.yaml')];
const variables = describeOptions().map(({ variable }) => variable);

describe.each([
  { name: 'compose.yaml', file: one },
  { name: 'compose.scale.yaml', file: scale },
])('$name', ({ file }) => {
  test('publishes ports on loopback only, and builds from the Dockerfile', () => {
    const published = services(file).flatMap(([, { ports = [] }]) => ports as string[]);
    expect(published.length).toBeGreaterThan(0);
    for (const port of published) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
    for (const [, { build }] of services(file).filter(([, service]) => service.build))
      expect(existsSync(join(root, 'docker', build.context, build.dockerfile))).toBe(true);
  });

  test('every image has a version, every volume, network and secret is declared, and every service waited for is there', () => {
    const known = services(file).map(([name]) => name);
    for (const [name, service] of services(file)) {
      if (!service.build) expect(service.image, name).toMatch(/:\d/);
      for (const volume of service.volumes ?? []) {
        const [source] = (volume as string).split(':') as [string];
        if (source.startsWith('.')) expect(existsSync(join(root, 'docker', source)), source).toBe(true);
        else expect(Object.keys(file.volumes), name).toContain(source);
      }
      const networks = Array.isArray(service.networks) ? service.networks : Object.keys(service.networks ?? {});
      for (const network of networks) expect(Object.keys(file.networks), name).toContain(network);
      for (const secret of service.secrets ?? []) expect(Object.keys(file.secrets), name).toContain(secret);
      for (const [other, { condition }] of Object.entries(service.depends_on ?? {}) as [string, Yaml][]) {
        expect(known, name).toContain(other);
        if (condition === 'service_healthy')
          expect(file.services[other].healthcheck ?? file.services[other].build, other).toBeTruthy();
      }
    }
  });

  test('what is ours is confined: nothing may be written but volumes, nothing gained', () => {
    for (const [name, service] of services(file).filter(([, { build }]) => build)) {
      expect(service, name).toMatchObject({ read_only: true, cap_drop: ['ALL'], tmpfs: ['/tmp'] });
      expect(service.security_opt).toContain('no-new-privileges:true');
      for (const variable of Object.keys(service.environment ?? {})) expect(variables).toContain(variable);
    }
  });
});

describe('compose.scale.yaml', () => {
  test('has two instances that wait for the tables and the Cluster, and alike but for who comes first', () => {
    const [first, second] = [scale.services['vneid-1'], scale.services['vneid-2']];
    for (const instance of [first, second])
      expect(instance.depends_on).toMatchObject({
        migrate: { condition: 'service_completed_successfully' },
        'redis-cluster': { condition: 'service_completed_successfully' },
      });
    const { depends_on: _first, ...oneOfThem } = first;
    const { depends_on: _second, ...theOther } = second;
    expect(oneOfThem).toEqual(theOther);
    expect(scale.services.migrate.command).toEqual(['migrate']);
    expect(scale.services.migrate.depends_on.postgres.condition).toBe('service_healthy');
  });

  test('has six nodes of Redis that give nothing up, and makes a Cluster of just these', () => {
    const nodes = services(scale).filter(([name]) => /^redis-\d$/.test(name));
    const addresses = nodes.map(([, { networks }]) => networks.inside.ipv4_address as string);
    expect(new Set(addresses).size).toBe(6);
    for (const [, { command }] of nodes) expect(command.at(-1)).toContain('--maxmemory-policy noeviction');
    const create = scale.services['redis-cluster'].command.at(-1) as string;
    expect([...create.matchAll(/([\d.]+):6379/g)].map(([, address]) => address)).toEqual(addresses);
    expect(scale.networks.inside.internal).toBe(true);
  });

  test('nginx knows the instances by their names, and the stores are reached by nobody else', () => {
    const conf = readFileSync(join(root, 'docker/nginx.conf'), 'utf8');
    const instances = services(scale).filter(([name]) => /^vneid-\d$/.test(name));
    for (const port of [3000, 3001]) {
      const upstream = [...conf.matchAll(new RegExp(`server (vneid-\\d):${port} `, 'g'))].map(([, name]) => name);
      expect(upstream).toEqual(instances.map(([name]) => name));
    }
    for (const [, { networks, environment }] of instances) {
      const inside = new URL(environment.VNEID_INTERNAL_URL);
      expect(networks.inside.aliases).toContain(inside.hostname);
      expect(inside.port).toBe('3000');
    }
    const { VNEID_ISSUER: issuer, VNEID_CITY_URL: city } = scale.services['vneid-1'].environment;
    for (const [address, port] of [
      [issuer, 8443],
      [city, 8444],
    ]) {
      expect(address).toContain(`:-https://localhost:${port}}`);
      expect(scale.services.nginx.ports).toContain(`127.0.0.1:${port}:${port}`);
      expect(conf).toContain(`listen ${port} ssl;`);
    }
    // what the program believes behind a proxy (VNEID_TRUST_PROXY) must not come from a browser
    for (const [header, source] of Object.entries({ For: 'remote_addr', Proto: 'scheme', Host: 'http_host' }))
      expect(conf).toContain(`proxy_set_header X-Forwarded-${header} $${source};`);
    for (const [name, { ports }] of services(scale)) if (name !== 'nginx') expect(ports, name).toBeUndefined();
  });
});

test('nothing that is committed has a secret in it', () => {
  expect(readFileSync(join(root, '.gitignore'), 'utf8')).toContain('docker/secrets/');
  for (const { name, text } of everything()) {
    expect(text, name).not.toContain('PRIVATE KEY');
    // an address with a password, unless it is a place to put one
    expect(text.match(/:\/\/[^\s/:@]+:(?![%$])[^\s/@]+@/g), name).toBeNull();
    expect(text.match(/PASSWORD(=|: )['"]?[\w-]{4,}/g), name).toBeNull();
  }
});
