import { randomBytes } from 'node:crypto';
import type { Context } from 'koa';
import type { Configuration, KoaContextWithOIDC, Provider as ProviderType } from 'oidc-provider';
import { type DeviceEndProps, deviceConfirmPage, deviceEndPage, devicePage } from '../../views/device.ts';
import type { Clock } from '../clock.ts';
import { type ErrorCode, type Explanation, problem, VneidError } from '../errors.ts';
import type { EventHub } from '../events.ts';
import type { ArtifactStore } from '../store/artifacts.ts';
import { browserName } from '../web/browser-name.ts';
import { bodyOf, type Page, pageOf } from '../web/language.ts';
import type { Clients } from './clients/clients.ts';
import { createDeviceGuesses } from './device-guesses.ts';
import { errors, Provider } from './library.ts';
import { keepInterval } from './polling.ts';

/**
 * The Device Authorization Grant (RFC 8628): a kiosk or a television shows a code, the citizen enters it in a browser of
 * their own, compares, and signs in there; the device polls for its tokens.
 *
 *     POST /device/authorize     the device asks for its codes
 *     GET  /device               one field for the code; one that came with the address is only filled in
 *     POST /device               the page to compare on, then `confirm` or `abort`
 *     GET  /device/:uid          back from signing in and consent
 *     GET  /device?ended=…       how it ended
 */
export interface Device {
  /** The library's settings for it. */
  feature: NonNullable<NonNullable<Configuration['features']>['deviceFlow']>;
  /** Adds to a provider what the library leaves to do. */
  attach(provider: ProviderType): void;
}

export interface DeviceParts {
  artifacts: ArtifactStore;
  clients: Clients;
  clock: Clock;
  events: EventHub;
  /** Seconds between two polls. */
  interval: number;
}

type DeviceCode = InstanceType<ProviderType['DeviceCode']>;
/** How it ended, as it is kept for the page that says so. */
type End = { state: 'done' | 'refused'; client: string };

const action = '/device';
/** Seconds for which the page that tells the end can be looked at again, as in the other language. */
const endShown = 600;

export function createDevice({ artifacts, clients, clock, events, interval }: DeviceParts): Device {
  const guesses = createDeviceGuesses({ artifacts, clock, events });

  function draw(ctx: KoaContextWithOIDC, page: (page: Page) => unknown): void {
    ctx.set('Cache-Control', 'no-store');
    ctx.type = 'html';
    // with the code that came with the address, so that the language switch keeps it
    ctx.body = bodyOf(page({ ...pageOf(ctx), path: ctx.originalUrl }));
  }

  function drawForm(ctx: KoaContextWithOIDC, code: string, why?: Explanation): void {
    const told = why && { ...why, field: 'user_code' as const };
    draw(ctx, (page) => devicePage(page, { action, xsrf: xsrfOf(ctx), code: code.slice(0, 40), problem: told }));
  }

  function drawEnd(ctx: KoaContextWithOIDC, end: End | { state: 'over'; problem: Explanation }): void {
    draw(ctx, (page) => deviceEndPage(page, { again: action, ...end } satisfies DeviceEndProps));
  }

  /** To a page with an address of its own: it can be loaded again, and nobody can make one up. */
  async function end(ctx: KoaContextWithOIDC, state: End['state'], client: string): Promise<void> {
    const id = randomBytes(16).toString('base64url');
    const kept: End = { state, client: clients.get(client)?.name ?? client };
    await artifacts.put('device.end', id, kept, clock.now() / 1000 + endShown);
    ctx.status = 303;
    ctx.set('Location', `${action}?ended=${id}`);
    ctx.body = '';
  }

  /** Every error of these pages comes here: about the code, about this browser, or about the sign-in that failed. */
  async function explain(ctx: KoaContextWithOIDC, error: string, cause: Error): Promise<void> {
    forgetNewSession(ctx);
    const client = clientOf(ctx);
    if (cause.name === 'AbortedError') {
      events.emit('device.refused', { client, reason: 'the citizen refused' });
      return end(ctx, 'refused', client);
    }
    const slow = cause.cause;
    const why = slow instanceof VneidError ? slow : problem(codes[cause.name] ?? codeOf(error, cause));
    if (why.code === 'device.failed') events.emit('device.refused', { client, reason: cause.message });
    ctx.status = why.status;
    for (const [name, value] of Object.entries(why.headers)) ctx.set(name, value);
    const explained = why.explain(pageOf(ctx).language);
    if (cause.name in codes) drawForm(ctx, (cause as { userCode?: string }).userCode ?? '', explained);
    else drawEnd(ctx, { state: 'over', problem: explained });
  }

  /** The code as it was typed into this form, looked up as one guess; who is first to confirm it has it for themselves. */
  async function find(ctx: KoaContextWithOIDC, model: ProviderType['DeviceCode'], byCode: ByCode) {
    const { user_code: typed, confirm, abort } = ctx.oidc.params as Record<string, string | undefined>;
    const options = { ignoreExpiration: true };
    const code = await guesses
      .look(ctx.ip, () => byCode.call(model, normal(String(typed)), options), isOpen)
      .catch((thrown: unknown) => {
        if (!(thrown instanceof VneidError)) throw thrown;
        const slow = new errors.CustomOIDCProviderError('slow_down', thrown.explain('en').text);
        throw Object.assign(slow, { cause: thrown, status: thrown.status, statusCode: thrown.status });
      });
    // the library looks whether it was confirmed before, and then writes that it is
    const confirms = code && isOpen(code) && confirm && !abort;
    if (confirms && !(await artifacts.add('device.confirmed', code.jti, {}, Number(code.exp)))) code.inFlight = true;
    return code;
  }

  return {
    feature: {
      enabled: true,
      charset: 'base-20',
      mask: '****-****',
      deviceInfo: (ctx) => ({ address: ctx.ip, browser: ctx.get('user-agent').slice(0, 300) }),

      async userCodeInputSource(ctx, _form, out, cause) {
        if (out && cause) return explain(ctx, out.error, cause);
        const ended = (await artifacts.get('device.end', String(ctx.query.ended ?? ''))) as End | undefined;
        return ended ? drawEnd(ctx, ended) : drawForm(ctx, String(ctx.state.userCode ?? ''));
      },

      userCodeConfirmSource(ctx, _form, { clientId }, deviceInfo) {
        const client = clients.get(clientId);
        if (!client) throw new errors.InvalidClient('client is invalid');
        const code = masked((ctx.oidc.entities.DeviceCode as DeviceCode).userCode);
        const { browser, address } = deviceInfo as { browser: string; address: string };
        draw(ctx, ({ language }) =>
          deviceConfirmPage(
            // the answer to a form has no address of its own: in the other language it is asked for by its code
            { language, path: `${action}?user_code=${code}` },
            {
              action,
              xsrf: xsrfOf(ctx),
              code,
              client: { name: client.name, owner: client.owner[language], purpose: '', origin: client.uri ?? '' },
              device: { name: browserName(browser, language), address },
            },
          ),
        );
      },

      async successSource(ctx) {
        const client = clientOf(ctx);
        const { address } = (ctx.oidc.entities.DeviceCode as DeviceCode).deviceInfo as { address: string };
        events.emit('device.approved', { client, account: String(ctx.oidc.session?.accountId), address });
        await end(ctx, 'done', client);
      },
    },

    attach(provider) {
      const model = provider.DeviceCode;
      keepInterval(model, { artifacts, clock, kind: 'device.poll', interval });
      const byCode = model.findByUserCode;
      // what the library hands over has lost what a Vietnamese keyboard wrote
      model.findByUserCode = () => find(Provider.ctx as KoaContextWithOIDC, model, byCode);
      provider.on('device_authorization.success', (_ctx, body) => {
        // clients refuse a zero
        Object.assign(body as object, { interval: Math.max(1, interval) });
      });
      provider.use(takeCodeFromAddress);
    },
  };
}

type ByCode = ProviderType['DeviceCode']['findByUserCode'];

/** The library's names of what can be wrong with a code. */
const codes: Record<string, ErrorCode> = {
  NoCodeError: 'device.noCode',
  NotFoundError: 'device.unknown',
  ExpiredError: 'device.expired',
  AlreadyUsedError: 'device.used',
};

/** What stands in the catalogue for an error of another kind. */
function codeOf(error: string, { name }: Error): ErrorCode {
  if (name === 'SessionNotFound') return 'oauth.session_not_found';
  // what these pages send of themselves is right, so it was another browser, or an old page
  if (error === 'invalid_request') return 'form.expired';
  return error === 'server_error' ? 'oauth.server_error' : 'device.failed';
}

/** Without a cookie there is nothing to keep; the library would try, and trip (a 500). */
function forgetNewSession({ oidc }: KoaContextWithOIDC): void {
  const session = oidc.session as { new?: boolean; touched?: boolean } | undefined;
  if (session?.new) session.touched = false;
}

/**
 * A code may come with the address, `verification_uri_complete` (RFC 8628 §3.3.1). The library would send it on by a script;
 * here it is filled in, and the person sends it.
 */
function takeCodeFromAddress(ctx: Context, next: () => Promise<unknown>): Promise<unknown> {
  if (ctx.path === action && ctx.method !== 'POST' && ctx.querystring !== '') {
    const query = new URLSearchParams(ctx.querystring);
    ctx.state.userCode = query.get('user_code') ?? '';
    query.delete('user_code');
    ctx.querystring = String(query);
  }
  return next();
}

/** A code that can still be confirmed. */
function isOpen(code: DeviceCode | undefined): boolean {
  return code !== undefined && !code.isExpired && !code.error && !code.accountId && !code.inFlight;
}

/**
 * As the code is kept: capitals without dashes. A Vietnamese keyboard (Telex) makes Đ of DD and Ư of W, and full-width letters
 * come from others.
 */
function normal(typed: string): string {
  return typed
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll('Đ', 'DD')
    .replaceAll('Ư', 'W')
    .replaceAll(/[^A-Z]/g, '');
}

function masked(code: string): string {
  return `${code.slice(0, 4)}-${code.slice(4)}`;
}

function xsrfOf({ oidc }: KoaContextWithOIDC): string {
  return String((oidc.session?.state as { secret?: string } | undefined)?.secret);
}

function clientOf({ oidc }: KoaContextWithOIDC): string {
  const { DeviceCode: code, Interaction: walk } = oidc.entities;
  return String(code?.clientId ?? walk?.params.client_id ?? '');
}
