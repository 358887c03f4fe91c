import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import { loggedOutPage, logoutPage } from '../../views/logout.ts';
import { problemPage } from '../../views/problem.ts';
import { type Page, pageOf } from '../web/language.ts';
import { requestId } from '../web/observe.ts';
import { allowFormsTo } from '../web/security.ts';
import { explainOAuth } from './bilingual.ts';
import type { Clients } from './clients/clients.ts';
import type { ProviderPages } from './settings.ts';

/**
 * The pages that belong to the protocol rather than to a login: errors that stay here, and signing out.
 * @param inspector where a request is looked at by its id, if anywhere
 */
export function providerPages(clients: Clients, { inspector }: { inspector?: string | undefined } = {}): ProviderPages {
  const draw = (ctx: KoaContextWithOIDC, page: (page: Page) => unknown): void => {
    ctx.type = 'html';
    ctx.body = String(page(pageOf(ctx, ctx.oidc?.params?.ui_locales)));
  };
  const nameOf = (ctx: KoaContextWithOIDC) => {
    const client = clients.get(ctx.oidc.client?.clientId ?? '');
    return client ? { client: client.name } : {};
  };

  const renderError: NonNullable<Configuration['renderError']> = (ctx, out) => {
    draw(ctx, (page) =>
      problemPage(page, {
        ...explainOAuth(out, page.language),
        status: ctx.status,
        code: out.error,
        requestId: requestId(ctx),
        home: '/',
        inspect: inspector && `${inspector}/${requestId(ctx)}`,
        details: detailsOf(ctx, out),
      }),
    );
  };

  return {
    renderError,
    logout(ctx, form) {
      // the answer to this form leads back to the relying party
      allowFormsTo(ctx, clients.get(ctx.oidc.client?.clientId ?? '')?.addresses ?? []);
      draw(ctx, (page) => logoutPage(page, { form, ...nameOf(ctx) }));
    },
    loggedOut: (ctx) => draw(ctx, (page) => loggedOutPage(page, nameOf(ctx))),
  };
}

/** What a relying party's developer needs to see of their own request. */
function detailsOf(ctx: KoaContextWithOIDC, out: { error: string; error_description?: string | undefined }) {
  const { client_id: id, redirect_uri: redirectUri } = (ctx.oidc?.params ?? {}) as Record<string, unknown>;
  // a developer's mistake may be anything: a parameter sent twice is a list
  const details: [string, unknown][] = [
    ['error', out.error],
    ['error_description', out.error_description],
    ['client_id', id],
    ['redirect_uri', redirectUri],
  ];
  return details.flatMap(([label, value]) =>
    value === undefined ? [] : [{ label, value: String(value).slice(0, 300) }],
  );
}
