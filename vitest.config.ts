import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** What starts programs that npm does not bring: Redis, nginx, OpenSSL. */
const onServers = [
  'test/bench/bench.test.ts',
  'test/deploy/{nginx,secrets}.test.ts',
  'test/flows/{failover,redis,redis-commands}.test.ts',
  'test/oidc/keys/key-strength.test.ts',
  'test/store/{redis,redis-cluster,signals}.test.ts',
];

/** What changes the process it runs in: its Date, whom its TLS trusts, how many programs it has loaded. */
const alone = [
  'test/clock.test.ts',
  'test/flows/{backchannel-logout,clock,conformance,fetch,mutual-tls,split-addresses,tls,weakened-*}.test.ts',
];

const needsNothing = {
  include: ['test/**/*.test.ts'],
  exclude: ['test/e2e/**', 'test/package/**', 'test/postgres/**', ...onServers, ...alone],
};

/** What asks the database, and so is to be the same on PostgreSQL, with what only that can do. */
const onPostgres = [
  'test/accounts/{accounts,approvals,inbox,otp,passcodes,passkeys,phones}.test.ts',
  'test/audit/audit.test.ts',
  'test/flows/{activation,city-instances,consent,control-citizens,control-organisations,instances,login,qr,state}.test.ts',
  'test/phone/presentations.test.ts',
  'test/postgres/*.test.ts',
  'test/registry/{citizens,documents,organisations,seed,wallet}.test.ts',
  'test/store/{bulk,database,marks,visits}.test.ts',
];

/** Nothing of ours is of the process, so that files may share one: to load the program anew for each is a third of the time. */
const shared = { isolate: false };

export default defineConfig({
  test: {
    // a file waits now and then, for Chromium, a database or the disk, and another has the processor meanwhile
    maxWorkers: Math.ceil(availableParallelism() * 1.5),
    // what hangs, and not what is slow: a test that takes 5 s takes 30 on a machine with others at work
    testTimeout: 60_000,
    reporters: ['default', './test/support/summary.ts'],
    projects: [
      { extends: true, test: { name: 'unit', ...needsNothing, ...shared } },
      { extends: true, test: { name: 'alone', include: alone } },
      { extends: true, test: { name: 'servers', include: onServers, ...shared } },
      {
        extends: true,
        test: {
          ...shared,
          name: 'postgres',
          include: onPostgres,
          globalSetup: 'test/support/postgres.ts',
          // thousands of people are made before some, one round trip after the other
          hookTimeout: 60_000,
        },
      },
      { extends: true, test: { name: 'e2e', include: ['test/e2e/**/*.test.ts'], ...shared } },
      { extends: true, test: { name: 'package', include: ['test/package/**/*.test.ts'], testTimeout: 300_000 } },
    ],
  },
});
