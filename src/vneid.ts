import { METHODS } from 'node:http';
import { join } from 'node:path';
import Router from '@koa/router';
import type { Middleware } from 'koa';
import { problemPage } from '../views/problem.ts';
import { createAccounts, usable } from './accounts/accounts.ts';
import { createApprovals } from './accounts/approvals.ts';
import { equipCast } from './accounts/cast-phones.ts';
import { createInbox } from './accounts/inbox.ts';
import { createOtp } from './accounts/otp.ts';
import { createPasscodes } from './accounts/passcodes.ts';
import { createPasskeys } from './accounts/passkeys.ts';
import { createPhones } from './accounts/phones.ts';
import { createPasswords, type Passwords } from './accounts/passwords.ts';
import { createThrottle } from './accounts/throttle.ts';
import { createAudit } from './audit/audit.ts';
import { createMetrics } from './audit/metrics.ts';
import { createCity } from './city/city.ts';
import { createClock } from './clock.ts';
import type { Config } from './config.ts';
import { createEvents } from './events.ts';
import { apiRoutes } from './lab/api.ts';
import type { Bench } from './lab/bench.ts';
import { conformanceClaims, conformanceRoutes } from './lab/conformance.ts';
import { createControl } from './lab/control.ts';
import { labGate } from './lab/gate.ts';
import { homeRoutes } from './lab/home.ts';
import { inboxRoutes } from './lab/inbox.ts';
import { logoutsRoutes } from './lab/logouts.ts';
import { createPasskeyControl } from './lab/passkey.ts';
import { createPhoneControl } from './lab/phone.ts';
import { appRoutes } from './login/apps.ts';
import { createKnownBrowsers } from './login/browsers.ts';
import { consentStep } from './login/consent.ts';
import { loginRoutes } from './login/hub.ts';
import { otpStep } from './login/otp.ts';
import { ownPasskeysRoutes, passkeysBack } from './login/own-passkeys.ts';
import { passkeyStep } from './login/passkey.ts';
import { passwordStep } from './login/password.ts';
import { phoneStep } from './login/phone.ts';
import { unmetStep } from './login/unmet.ts';
import { isProtocol } from './oidc/answers.ts';
import { createBackchannelLogout } from './oidc/backchannel-logout.ts';
import { createCiba } from './oidc/ciba.ts';
import { createClaimsReader } from './oidc/claims/claims.ts';
import { clientKeyFrom } from './oidc/clients/client-key.ts';
import { createClients } from './oidc/clients/clients.ts';
import { ownClientsFile, readRegistrations } from './oidc/clients/clients-file.ts';
import type { ClientRegistration } from './oidc/clients/registration.ts';
import { createConsents } from './oidc/consents.ts';
import { createDevice } from './oidc/device.ts';
import { openKeys } from './oidc/keys/keys.ts';
import { mutualTls } from './oidc/mutual-tls.ts';
import { ownClient } from './oidc/clients/own-client.ts';
import { providerPages } from './oidc/pages.ts';
import { checkRegistrations, createProvider } from './oidc/provider.ts';
import { createResources, type ResourceRegistration } from './oidc/clients/resources.ts';
import { createPresentations } from './phone/presentations.ts';
import { phoneRoutes } from './phone/routes.ts';
import { verifyRoutes } from './phone/verify.ts';
import { castPasswordHash } from './registry/cast.ts';
import { createRegistry } from './registry/citizens.ts';
import { createDocuments } from './registry/documents.ts';
import { seed, seedOf } from './registry/seed.ts';
import { createWallets } from './registry/wallet.ts';
import { createMemoryArtifacts } from './store/artifacts/memory.ts';
import { createSqliteArtifacts } from './store/artifacts/sqlite.ts';
import { openDatabase } from './store/database.ts';
import { serveAssets } from './web/assets.ts';
import { keyPairFor } from './web/certificate.ts';
import { datedForBrowsers } from './web/cookies.ts';
import { answerFailures } from './web/failures.ts';
import { createFormTokens } from './web/forms.ts';
import { healthRoutes, isProbe } from './web/health.ts';
import { rememberLanguage } from './web/language.ts';
import { createLog } from './web/log.ts';
import { observe } from './web/observe.ts';
import { onlyKnownHosts, securityHeaders } from './web/security.ts';
import { listen, listenTwice } from './web/server.ts';
import { createStreams } from './web/streams.ts';

/** What a caller may hand in beside the options. */
export interface Injected {
  /** Further relying parties, beside those of the clients files. */
  clients?: ClientRegistration[] | undefined;
  /** Further protected APIs, likewise. */
  resources?: ResourceRegistration[] | undefined;
  /** Where log lines go instead of standard output. */
  logTo?: { write(line: string): unknown } | undefined;
  /** Seconds from one try to the next to tell an app that a session has ended; after the last it is given up. */
  logoutDelays?: readonly number[] | undefined;
  /** Another way to check passwords. */
  passwords?: Passwords | undefined;
}

/** A running instance. */
export type Instance = Awaited<ReturnType<typeof createInstance>>;

/**
 * Makes every part of one instance, in the order in which they stand on each other, and starts it. Nothing is global:
 * many instances run side by side in one process.
 */
export async function createInstance(config: Config, injected: Injected = {}) {
  const clock = createClock();
  const events = createEvents();
  const log = createLog({ level: config.logLevel, events, ...(injected.logTo && { destination: injected.logTo }) });
  const inMemory = config.data === ':memory:';
  const lab = config.mode === 'lab';
  const conformance = config.profile === 'conformance';

  // the slow ones first, all at once: an RSA key, a database, two ports
  const [keys, database, server, cityServer] = await Promise.all([
    openKeys({ folder: config.keys, clock, events }),
    openDatabase(inMemory ? ':memory:' : join(config.data, 'vneid.sqlite')),
    keyPairFor(config, clock).then((tls) => listenTwice({ ...config, tls })),
    config.city ? listen({ ...config, port: config.cityPort }) : undefined,
  ]);
  const { db } = database;
  const issuer = config.issuer || server.origin;
  const secure = issuer.startsWith('https:');
  const cityOrigin = `http://localhost:${cityServer?.port ?? config.cityPort}`;

  const audit = createAudit({
    db,
    clock,
    events,
    failed: (error) => log.error(error instanceof Error ? error : String(error), 'audit'),
  });
  const metrics = createMetrics({ events });
  const artifacts =
    config.artifacts === 'memory' || inMemory
      ? createMemoryArtifacts({ clock })
      : createSqliteArtifacts({ file: join(config.data, 'artifacts.sqlite'), clock });

  const registry = createRegistry({ db, clock });
  const passwords = injected.passwords ?? createPasswords({ workers: config.hashWorkers, queue: config.hashQueue });
  await seed({
    database,
    citizens: config.citizens,
    // who made people with another seed by hand has them, and needs no option to start
    seed: seedOf(database) ?? config.seed,
    passwordHash: async () => castPasswordHash,
    clock,
  });
  const accounts = createAccounts({ db, clock, passwords });
  const inbox = createInbox({ db, clock });
  const documents = createDocuments({ db, clock });
  const wallets = createWallets({
    db,
    registry,
    documents,
    electronicIdentity: async ({ number }) => {
      const account = await accounts.byNumber(number);
      return account && { level: account.level, usable: usable(account) };
    },
  });
  const presentations = createPresentations({ accounts, artifacts, clock, events, issuer, registry, wallets });
  const otp = createOtp({ artifacts, inbox, clock, events, secret: keys.secret('otp'), most: config.sends });
  const throttle = createThrottle({ artifacts, clock, events });
  const phones = createPhones({ db, clock, events });
  const passkeys = createPasskeys({ db, clock, artifacts, accounts, events, secret: keys.secret('passkeys'), issuer });
  const passcodes = createPasscodes({ db, clock, events, secret: keys.secret('passcodes') });
  const approvals = createApprovals({
    db,
    artifacts,
    clock,
    events,
    accounts,
    passcodes,
    passkeys,
    secret: keys.secret('approvals'),
    most: config.sends,
  });
  await equipCast({ database, clock, passcodes });
  const streams = createStreams();

  const cityKey = clientKeyFrom(keys.secret('client:ihanoi'));
  const registered = readRegistrations({
    files: [...(config.city ? [ownClientsFile] : []), ...(config.clientsFile ? [config.clientsFile] : [])],
    values: { city: cityOrigin, city_jwks: JSON.stringify({ keys: [cityKey.publicKey] }) },
    given: injected,
    own: [ownClient(issuer, [passkeysBack])],
  });
  const clients = await createClients({ db, clock, ...registered.clients });
  const resources = createResources(registered.resources);
  const readClaims = createClaimsReader({ registry, clock, ...(conformance && { standardClaims: conformanceClaims }) });
  const consents = createConsents({ db, clock });
  const browsers = createKnownBrowsers({ secure, secret: keys.secret('browsers') });
  const formTokens = createFormTokens(keys.secret('forms'));
  const known = { accounts, artifacts, audit, clients, clock, consents, events, inbox, issuer, lab, registry, secure };
  const proofs = { approvals, browsers, formTokens, otp, passcodes, passkeys, phones, streams, throttle };
  // what everybody stands on, once; the provider is a new one after every rotation of keys
  const parts = { ...known, ...proofs, provider: () => provider };
  const ciba = createCiba({ ...parts, interval: config.cibaInterval });
  const device = createDevice({ ...parts, interval: config.cibaInterval });
  const backchannelLogout = createBackchannelLogout({ ...known, delays: injected.logoutDelays });
  const mtls = mutualTls({ ...config, issuer, clock, mtlsPort: server.mtlsPort });
  const protocol = { keys, ciba, device, backchannelLogout, mutualTls: mtls, readClaims, resources };
  const phoneOf = createPhoneControl(parts);
  const bench: Bench = { ...parts, db, documents, keys, passwords, phoneOf };
  const onPhone = { ...parts, phonePath: lab ? '/phone' : undefined };
  const routers = [
    healthRoutes({
      checks: { database: () => registry.find(''), artifacts: () => artifacts.get('Ready', '') },
      metrics,
    }),
    loginRoutes({
      ...parts,
      steps: {
        password: passwordStep(parts),
        otp: otpStep({ ...parts, inboxPath: lab ? (number) => `/lab/inbox/${number}` : undefined }),
        passkey: passkeyStep(parts),
        qr: phoneStep('qr', onPhone),
        push: phoneStep('push', onPhone),
        transaction: phoneStep('transaction', onPhone),
        unmet: unmetStep(parts),
        consent: consentStep({ ...parts, readClaims, resources }),
      },
    }),
    apiRoutes(bench),
    ownPasskeysRoutes(parts),
    homeRoutes({ issuer, city: cityServer && cityOrigin, clients, open: lab }),
    appRoutes(parts),
    inboxRoutes(parts),
    logoutsRoutes(parts),
    phoneRoutes({ ...parts, presentations, resources, wallets }),
    verifyRoutes({ presentations, issuer, clock }),
    ...(conformance ? [conformanceRoutes({ ...parts, keys, phoneOf })] : []),
  ];

  const pages = new Router({ methods: METHODS });
  for (const router of routers) pages.use(router.routes());
  const before: Middleware[] = [
    (_ctx, next) => clock.run(next),
    datedForBrowsers(clock),
    observe({ metrics, log, verbose: config.logLevel === 'debug' }),
    securityHeaders({ origin: issuer }),
    answerFailures({ events, problemPage }),
    onlyKnownHosts({ issuer, allowed: [...config.allowedHosts, ...mtls.hosts], free: isProbe }),
    rememberLanguage(secure),
    ...[
      labGate({ mode: config.mode, operatorToken: config.operatorToken }),
      serveAssets(),
      pages.routes() as Middleware,
      pages.allowedMethods() as Middleware,
    ].map(unlessProtocol),
  ];

  const makeProvider = () =>
    createProvider({
      ...parts,
      ...protocol,
      localNetwork: lab,
      openRegistration: lab,
      lenient: conformance,
      pages: providerPages(clients),
      loginPath: (uid) => `/login/${uid}`,
      trustProxy: config.trustProxy,
      before,
    });
  let provider = makeProvider();
  await checkRegistrations(provider, clients, mtls);
  server.answer(provider.callback());
  keys.onChange(() => {
    provider = makeProvider();
    server.answer(provider.callback());
  });
  cityServer?.answer(createCity({ issuer, origin: cityOrigin, key: cityKey.privateKey, clock, events }));

  return {
    issuer,
    port: server.port,
    mtlsPort: server.mtlsPort,
    city: config.city ? cityOrigin : undefined,
    clock,
    events,
    keys,
    registry,
    accounts,
    inbox,
    wallets,
    presentations,
    audit,
    artifacts,
    clients,
    consents,
    phones,
    passcodes,
    passkeys,
    approvals,
    /** Drives the instance as a tester would by hand. */
    control: {
      ...createControl(bench),
      phone: phoneOf,
      passkey: createPasskeyControl({ accounts, issuer, passkeys }),
    },
    /** Stops taking requests, lets those under way finish, writes what waits, and lets go of everything. */
    async stop(): Promise<void> {
      streams.close();
      await Promise.all([server.close(), cityServer?.close()]);
      await backchannelLogout.stop();
      keys.stop();
      metrics.stop();
      await audit.stop();
      await passwords.close();
      await artifacts.close();
      await database.close();
    },
  };
}

/** The protocol's own addresses are the busiest, and no page of ours has anything to say to them. */
function unlessProtocol(middleware: Middleware): Middleware {
  return (ctx, next) => (isProtocol(ctx.path) ? next() : middleware(ctx, next));
}
