import { randomBytes } from 'node:crypto';
import Router from '@koa/router';
import type { Context } from 'koa';
import type { Provider } from 'oidc-provider';
import { type Account, type Accounts, usable } from '../accounts/accounts.ts';
import type { Inbox } from '../accounts/inbox.ts';
import { longestPasskeyName, mostPasskeys, type Passkey, type Passkeys } from '../accounts/passkeys.ts';
import type { Clock } from '../clock.ts';
import { problem, VneidError } from '../errors.ts';
import { acrOf, levelOfAcr } from '../levels.ts';
import { ownClientId } from '../oidc/clients/own-client.ts';
import { passkeysPage, passkeysSignInPage, type PasskeysDone } from '../../views/passkeys.ts';
import { type FormTokens, readForm } from '../web/forms.ts';
import { bodyOf, pageOf } from '../web/language.ts';
import { redirect } from '../web/redirect.ts';

/**
 * A citizen's own passkeys. A passkey opens the account for as long as it is there, so whoever adds one has to have just
 * shown, with two factors, that the account is theirs: an open session alone shows nothing (NIST SP 800-63B-4 §4.1.2).
 *
 *     GET  /passkeys          the list, or the way to a fresh sign-in
 *     GET  /passkeys/back     where that sign-in leads to; its code is never redeemed
 *     POST /passkeys          adds one
 *     POST /passkeys/rename   gives one another name
 *     POST /passkeys/revoke   takes one away
 */
export interface OwnPasskeysParts {
  accounts: Accounts;
  clock: Clock;
  formTokens: FormTokens;
  inbox: Inbox;
  issuer: string;
  passkeys: Passkeys;
  provider: () => Provider;
}

/** Minutes after a sign-in. */
const freshMinutes = 5;
const leastLevel = 2;
export const passkeysBack = '/passkeys/back';

/** Somebody who signed in here a moment ago, surely enough. */
interface Visit {
  account: Account;
  /** What the forms of this page are tied to: this person in this session of this browser. */
  subject: string;
}

export function ownPasskeysRoutes(parts: OwnPasskeysParts): Router {
  const { accounts, clock, formTokens, inbox, issuer, passkeys, provider } = parts;
  const router = new Router();

  router.get('/passkeys', async (ctx) => {
    const visit = await visitOf(ctx);
    await (visit ? list(ctx, visit, { done: doneOf(ctx.query.done) }) : askToSignIn(ctx));
  });

  router.get('/passkeys/back', (ctx) => redirect(ctx, '/passkeys'));
  // a page that came of a form is asked for again in another language
  router.get('/passkeys/rename', (ctx) => redirect(ctx, '/passkeys'));
  router.get('/passkeys/revoke', (ctx) => redirect(ctx, '/passkeys'));

  router.post('/passkeys', (ctx) =>
    change(ctx, 'added', async ({ account }, fields) => {
      const made = { response: fields.get('credential') ?? '', name: fields.get('name') ?? '' };
      await notify(account, 'added', await passkeys.register(account, made));
    }),
  );

  router.post('/passkeys/rename', (ctx) =>
    change(ctx, 'renamed', ({ account }, fields) =>
      passkeys.rename(account.id, fields.get('passkey') ?? '', fields.get('name') ?? ''),
    ),
  );

  router.post('/passkeys/revoke', (ctx) =>
    change(ctx, 'revoked', async ({ account }, fields) => {
      await notify(account, 'revoked', await passkeys.revoke(account.id, fields.get('passkey') ?? ''));
    }),
  );

  /** The person of this browser's session; nobody when they signed in too long ago, or with one factor. */
  async function visitOf(ctx: Context): Promise<Visit | undefined> {
    const { accountId, acr, loginTs = 0, uid } = await provider().Session.get(ctx);
    const age = clock.now() / 1000 - loginTs;
    if (!accountId || age > freshMinutes * 60 || (levelOfAcr(acr) ?? 0) < leastLevel) return undefined;
    const account = await accounts.byId(accountId);
    return account && usable(account) ? { account, subject: `passkeys:${accountId}:${uid}` } : undefined;
  }

  async function change(
    ctx: Context,
    done: PasskeysDone,
    act: (visit: Visit, fields: ReadonlyMap<string, string>) => Promise<void>,
  ): Promise<void> {
    const { fields } = await readForm(ctx);
    const visit = await visitOf(ctx);
    if (!visit) return askToSignIn(ctx, problem('passkey.stale', { minutes: freshMinutes }));
    formTokens.check(visit.subject, fields.get('csrf'));
    try {
      await act(visit, fields);
      redirect(ctx, `/passkeys?done=${done}`);
    } catch (thrown) {
      if (!(thrown instanceof VneidError)) throw thrown;
      await list(ctx, visit, { failure: thrown });
    }
  }

  async function list(
    ctx: Context,
    { account, subject }: Visit,
    { done, failure }: { done?: PasskeysDone | undefined; failure?: VneidError },
  ): Promise<void> {
    const page = pageOf(ctx);
    const known = await passkeys.list(account.id);
    show(
      ctx,
      passkeysPage(page, {
        action: '/passkeys',
        csrf: formTokens.make(subject),
        person: account.fullName,
        passkeys: known.map((passkey) => ({
          id: passkey.id,
          name: passkey.name,
          synced: passkey.synced,
          createdAt: new Date(passkey.createdAt).toISOString(),
          usedAt: passkey.usedAt === undefined ? undefined : new Date(passkey.usedAt).toISOString(),
        })),
        longestName: longestPasskeyName,
        most: mostPasskeys,
        options: known.length < mostPasskeys ? JSON.stringify(await passkeys.creationOptions(account)) : undefined,
        signals: JSON.stringify(await passkeys.signals(account)),
        done,
        problem: failure?.explain(page.language),
      }),
      failure?.status,
    );
  }

  function askToSignIn(ctx: Context, failure?: VneidError): void {
    const page = pageOf(ctx);
    show(
      ctx,
      passkeysSignInPage(page, {
        action: '/authorize',
        fields: {
          client_id: ownClientId,
          response_type: 'code',
          scope: 'openid',
          redirect_uri: `${issuer}${passkeysBack}`,
          prompt: 'login',
          acr_values: acrOf(leastLevel),
          ui_locales: page.language,
          state: randomBytes(16).toString('base64url'),
          // the digest of nothing: nobody can redeem the code, and nobody is meant to
          code_challenge: randomBytes(32).toString('base64url'),
          code_challenge_method: 'S256',
        },
        minutes: freshMinutes,
        problem: failure?.explain(page.language),
      }),
      failure?.status,
    );
  }

  /** Whoever can sign in to the account is told of every change of how (OWASP ASVS 5.0 §6.3.7). */
  async function notify(account: Account, what: 'added' | 'revoked', { name }: Passkey): Promise<void> {
    const added = what === 'added';
    await inbox.deliver({
      citizenId: account.citizenId,
      kind: 'notice',
      channel: 'app',
      recipient: account.number,
      titleVi: added ? 'Đã thêm một khóa truy cập' : 'Đã thu hồi một khóa truy cập',
      titleEn: added ? 'A passkey was added' : 'A passkey was revoked',
      textVi: `Khóa truy cập "${name}" vừa được ${added ? 'thêm vào' : 'gỡ khỏi'} tài khoản của bạn. Nếu không phải bạn làm, hãy thu hồi khóa, đổi mật khẩu và gọi 1900.0368 (giả lập).`,
      textEn: `The passkey "${name}" has just been ${added ? 'added to' : 'removed from'} your account. If it was not you, revoke it, change your password and call 1900.0368 (synthetic).`,
    });
  }

  return router;
}

function doneOf(given: unknown): PasskeysDone | undefined {
  return given === 'added' || given === 'renamed' || given === 'revoked' ? given : undefined;
}

function show(ctx: Context, html: unknown, status = 200): void {
  ctx.status = status;
  ctx.set('Cache-Control', 'no-store');
  ctx.type = 'html';
  ctx.body = bodyOf(html);
}
