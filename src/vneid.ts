import { METHODS } from 'node:http';
import type { Middleware } from 'koa';
import { setTimeout as pause } from 'node:timers/promises';
import { problemPage } from '../views/problem.ts';
import { createAccounts, usable } from './accounts/accounts.ts';
import { createApprovals } from './accounts/approvals.ts';
import { createInbox } from './accounts/inbox.ts';
import { createOtp } from './accounts/otp.ts';
import { createPasscodes } from './accounts/passcodes.ts';
import { createPasskeys } from './accounts/passkeys.ts';
import { createPhones } from './accounts/phones.ts';
import { createThrottle } from './accounts/throttle.ts';
import { createAudit } from './audit/audit.ts';
import { createCity } from './city/city.ts';
import type { Config } from './config.ts';
import { consoleRoutes } from './console/console.ts';
import type { Ground, Injected } from './ground.ts';
import type { Bench, TenantControl } from './lab/bench.ts';
import { conformanceClaims } from './lab/conformance.ts';
import { createControl } from './lab/control.ts';
import { createFaults } from './lab/faults/faults.ts';
import { createGate } from './lab/gate.ts';
import { createInProcess } from './lab/logins/in-process.ts';
import { createPasskeyControl } from './lab/passkey.ts';
import { createPhoneControl } from './lab/phone.ts';
import { labRoutes } from './lab/routes.ts';
import { createTimelines } from './lab/timelines/recorder.ts';
import { appRoutes } from './login/apps.ts';
import { createKnownBrowsers } from './login/browsers.ts';
import { createHub } from './login/hub.ts';
import { ownPasskeysRoutes, passkeysBack } from './login/own-passkeys.ts';
import { createAddresses } from './oidc/addresses.ts';
import { createSteps } from './login/steps.ts';
import { waitingRoom } from './login/waiting-room.ts';
import { isProtocol } from './oidc/answers.ts';
import { createBackchannelLogout } from './oidc/backchannel-logout.ts';
import { createCiba } from './oidc/ciba.ts';
import { createClaimsReader } from './oidc/claims/claims.ts';
import { createRegistrar } from './oidc/clients/by-hand.ts';
import { clientKeyFrom } from './oidc/clients/client-key.ts';
import { createClients } from './oidc/clients/clients.ts';
import { ownClientsFile, readRegistrations } from './oidc/clients/clients-file.ts';
import { createConsents } from './oidc/consents.ts';
import { createDevice } from './oidc/device.ts';
import { mutualTls } from './oidc/mutual-tls.ts';
import { ownClient } from './oidc/clients/own-client.ts';
import { providerPages } from './oidc/pages.ts';
import { checkRegistrations, createProvider } from './oidc/provider.ts';
import { createPublished } from './oidc/published.ts';
import { createResources } from './oidc/clients/resources.ts';
import { createPresentations } from './phone/presentations.ts';
import { phoneRoutes } from './phone/routes.ts';
import { verifyRoutes } from './phone/verify.ts';
import { createRegistry } from './registry/citizens.ts';
import { createDocuments } from './registry/documents.ts';
import { createOrganisations } from './registry/organisations.ts';
import { createWallets } from './registry/wallet.ts';
import { createMarks } from './store/marks.ts';
import { newestId } from './store/newest-id.ts';
import { createVisitRows } from './store/visits.ts';
import { selfTest } from './self-test.ts';
import { serveAssets } from './web/assets.ts';
import { datedForBrowsers } from './web/cookies.ts';
import { byFirstPart } from './web/dispatch.ts';
import { answerFailures } from './web/failures.ts';
import { createFormTokens } from './web/forms.ts';
import { healthRoutes, isProbe } from './web/health.ts';
import { rememberLanguage } from './web/language.ts';
import { createLog } from './web/log.ts';
import { outwards } from './web/mount.ts';
import { observe } from './web/observe.ts';
import { onlyKnownHosts, securityHeaders } from './web/security.ts';
import { createStreams } from './web/streams.ts';

/**
 * Makes every part of one instance, in the order in which they stand on each other, and has it answer. Nothing is global:
 * many run side by side in one process, on grounds of their own.
 */
export async function assemble({
  ground,
  config,
  injected,
  tenants,
}: {
  ground: Ground;
  config: Config;
  injected: Injected;
  tenants?: TenantControl | undefined;
}) {
  const { artifacts, cityOrigin, cityServer, clock, database, events, issuer, keys, metrics, passwords, signals } =
    ground;
  const { db } = database;
  const log = createLog({ level: config.logLevel, events, ...(injected.logTo && { destination: injected.logTo }) });
  const [lab, conformance] = [config.mode === 'lab', config.profile === 'conformance'];
  const secure = issuer.startsWith('https:');
  const cookiePrefix = !secure ? '' : ground.base === '' ? '__Host-' : '__Secure-';

  const after = await newestId(db);
  const failed = (error: unknown) => log.error(error instanceof Error ? error : String(error), 'audit');
  const audit = createAudit({ db, clock, events, after, failed });
  const registry = createRegistry({ db, clock, events });
  const accounts = createAccounts({ db, clock, events, passwords });
  const faults = createFaults({ accounts, artifacts, clock, events, keys, registry });
  const { carry } = faults;
  const inbox = faults.inbox(createInbox({ db, clock, after }));
  const documents = createDocuments({ db, clock, events });
  const organisations = createOrganisations({ db, clock, events });
  const wallets = createWallets({
    registry,
    documents,
    electronicIdentity: async ({ number }) => {
      const account = await accounts.byNumber(number);
      return account && { level: account.level, usable: usable(account) };
    },
  });
  const otp = createOtp({ artifacts, inbox, clock, events, secret: keys.secret('otp'), most: config.sends, carry });
  const throttle = createThrottle({ artifacts, clock, events });
  const phones = createPhones({ db, clock, events });
  const presentations = createPresentations({ accounts, artifacts, clock, events, issuer, phones, registry, wallets });
  const passkeys = createPasskeys({ ...ground, db, artifacts, secret: keys.secret('passkeys') });
  const passcodes = createPasscodes({ db, clock, events, secret: keys.secret('passcodes') });
  const approvals = createApprovals({
    db,
    artifacts,
    clock,
    events,
    accounts,
    passcodes,
    passkeys,
    signals,
    secret: keys.secret('approvals'),
    most: config.sends,
    after,
  });
  const streams = createStreams();

  const cityKey = clientKeyFrom(keys.secret('client:ihanoi'));
  const registered = readRegistrations({
    files: [...(config.city ? [ownClientsFile] : []), ...(config.clientsFile ? [config.clientsFile] : [])],
    values: { city: cityOrigin, city_jwks: JSON.stringify({ keys: [cityKey.publicKey] }) },
    given: injected,
    own: [ownClient(issuer, [passkeysBack])],
  });
  const clients = await createClients({ ...ground, db, ...registered.clients });
  const resources = createResources(registered.resources);
  const readClaims = faults.retold(
    createClaimsReader({ registry, clock, ...(conformance && { standardClaims: conformanceClaims }) }),
  );
  const consents = createConsents({ db, clock, after });
  const browsers = createKnownBrowsers({ ...ground, secure, cookiePrefix, secret: keys.secret('browsers') });
  const formTokens = createFormTokens(keys.secret('forms'));
  const known = {
    accounts,
    artifacts,
    audit,
    clients,
    clock,
    consents,
    cookiePrefix,
    events,
    inbox,
    issuer,
    lab,
    registry,
    secure,
  };
  const proofs = { approvals, browsers, formTokens, otp, passcodes, passkeys, phones, streams, throttle };
  // what everybody stands on, once; the provider is a new one after every rotation of keys
  const parts = { ...known, ...proofs, provider: () => provider };
  const ciba = createCiba({ ...parts, interval: config.cibaInterval });
  const device = createDevice({ ...parts, interval: config.cibaInterval });
  const backchannelLogout = createBackchannelLogout({ ...known, delays: injected.logoutDelays });
  const mtls = mutualTls({ ...config, clock, mtlsPort: ground.mtlsPort });
  const internalUrl = config.internalUrl && `${config.internalUrl}${ground.base}`;
  const addresses = createAddresses({ issuer, internalUrl, mtlsPort: ground.mtlsPort });
  // tenants have memory of their own, which forgets nothing while it lives
  const marks = config.redisUrl && ground.base === '' ? createMarks({ db, clock }) : undefined;
  const protocol = { addresses, keys, marks, ciba, device, backchannelLogout, mutualTls: mtls, readClaims, resources };
  const registrar = createRegistrar({ ...parts, ...protocol });
  const phoneOf = createPhoneControl(parts);
  const gate = createGate({ ...config, ...parts, secret: keys.secret('operators') });
  const timelines = createTimelines({ ...parts, on: lab && config.workers === 1 });
  const steps = timelines.watch(createSteps({ ...parts, readClaims, resources }));
  // a fault is of one address and one answer, so each is asked for and made by itself while there are any
  const straight = () => faults.list().length === 0;
  const hub = createHub({ ...parts, steps, straight });
  const inProcess = createInProcess(parts);
  let leaving = false;
  const bench: Bench = {
    ...ground,
    ...parts,
    db,
    documents,
    faults,
    gate,
    inProcess,
    organisations,
    phoneOf,
    registrar,
    steps,
    tenants,
    timelines,
    workers: config.workers,
  };
  const routers = [
    healthRoutes({
      checks: { database: () => registry.find(''), artifacts: () => artifacts.get('Ready', '') },
      leaving: () => leaving,
      metrics: injected.pool ? { render: injected.pool.page } : metrics,
      publicName: lab ? undefined : new URL(issuer).hostname,
    }),
    hub.routes,
    ownPasskeysRoutes(parts),
    appRoutes(parts),
    phoneRoutes({ ...parts, presentations, resources, wallets }),
    verifyRoutes({ presentations, issuer, clock }),
    consoleRoutes(bench, formTokens),
    ...labRoutes(bench, { city: config.city ? cityOrigin : undefined, open: lab, conformance }),
  ];

  const pages = byFirstPart(routers, METHODS);
  const before: Middleware[] = [
    (_ctx, next) => clock.run(next),
    ...(ground.base === '' ? [] : [outwards(ground.base)]),
    datedForBrowsers(clock),
    observe({ ...ground, log, verbose: config.logLevel === 'debug' }),
    securityHeaders({ origin: issuer }),
    answerFailures({ events, problemPage }),
    onlyKnownHosts({ issuer, allowed: [...config.allowedHosts, ...addresses.hosts], free: isProbe }),
    timelines.record,
    rememberLanguage(secure),
    ...(config.waitingRoom ? [waitingRoom({ ...known, secret: keys.secret('line') })] : []),
    faults.before,
    hub.first,
    ...[gate.middleware, serveAssets(), pages].map(unlessProtocol),
  ];

  // who wants to see each request sees those too that could be answered by heart
  const watched = ground.traces !== undefined || config.logLevel === 'debug';
  /** A provider of the keys of the moment, which answers from now on. */
  const stand = () => {
    const published = createPublished({ straight: () => !watched && straight(), observe: metrics.observe });
    const made = createProvider({
      ...parts,
      ...protocol,
      tamper: faults.tamper,
      localNetwork: lab,
      openRegistration: lab,
      lenient: conformance,
      pages: providerPages(clients, { inspector: lab ? '/lab/inspector' : undefined }),
      loginPath: (uid) => `/login/${uid}`,
      trustProxy: config.trustProxy,
      before: [audit.acknowledged, published.keep, ...before],
    });
    return { provider: timelines.attach(made), handler: published.before(made.callback()) };
  };
  let { provider, handler } = stand();
  await checkRegistrations(provider, clients, mtls);
  // a tenant stands on what was tested
  if (ground.base === '') await selfTest({ ...parts, db, keys });
  ground.answer(handler);
  keys.onChange(() => {
    ({ provider, handler } = stand());
    ground.answer(handler);
  });
  const outsider = { issuer, internalUrl, origin: cityOrigin, key: cityKey.privateKey };
  cityServer?.answer(createCity({ ...outsider, kept: createVisitRows({ db, clock }), clock, events }));

  return {
    issuer,
    port: ground.port,
    mtlsPort: ground.mtlsPort,
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
    figures: metrics.figures,
    /** Goes on as before, but says that it is not ready, for so many milliseconds. */
    async drain(milliseconds: number): Promise<void> {
      leaving = true;
      if (milliseconds > 0) await pause(milliseconds);
    },
    /** Stops taking requests, lets those under way finish, writes what waits, and lets go of everything. */
    async stop(): Promise<void> {
      streams.close();
      await ground.leave();
      await backchannelLogout.stop();
      clients.stop();
      await audit.stop();
      await ground.close();
    },
  };
}

/** The protocol's own addresses are the busiest, and no page of ours has anything to say to them. */
function unlessProtocol(middleware: Middleware): Middleware {
  return (ctx, next) => (isProtocol(ctx.path) ? next() : middleware(ctx, next));
}
