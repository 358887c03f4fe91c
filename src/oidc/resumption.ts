import type { Context } from 'koa';
import type { Provider as ProviderType } from 'oidc-provider';
import { Provider } from './library.ts';

/** An interaction as the library hands it out. */
type Ended = InstanceType<ProviderType['Interaction']>;

/**
 * Has the library go on, in the request in which a walk has ended, where it waits for that: at the address that the
 * interaction names. The browser has shown the cookie of the walk's pages, which is for the same walk as the one of that
 * address; and what is known of the walk need not be asked of the store.
 * @param issuer what all addresses begin with
 * @param next the library
 */
export async function resume(
  ctx: Context,
  { provider, interaction, issuer }: { provider: ProviderType; interaction: Ended; issuer: string },
  next: () => Promise<unknown>,
): Promise<void> {
  const { cookies } = ctx;
  const [name, read] = [provider.cookieName('resume'), cookies.get.bind(cookies)];
  cookies.get = (asked, options) => (asked === name ? interaction.uid : read(asked, options));
  const { _matchedRoute: asked } = ctx as { _matchedRoute?: unknown };
  Object.assign(ctx.state, { ended: interaction, asked });
  await answerAs(ctx, 'GET', interaction.returnTo.slice(issuer.length), next);
}

/** Answers a request as if another had come; who looks at it later sees what came. */
export async function answerAs(
  ctx: Context,
  method: string,
  url: string,
  answer: () => Promise<unknown>,
): Promise<void> {
  const came = { method: ctx.method, url: ctx.url };
  Object.assign(ctx, { method, url });
  try {
    await answer();
  } finally {
    Object.assign(ctx, came);
  }
}

/** The library finds an interaction that has just ended where `resume` left it. */
export function findEnded(provider: ProviderType): void {
  const interactions = provider.Interaction as unknown as {
    find: (id: string, options?: object) => Promise<Ended | undefined>;
  };
  const find = interactions.find.bind(interactions);
  interactions.find = async (id, options) => {
    const { ended } = (Provider.ctx?.state ?? {}) as { ended?: Ended };
    return ended?.uid === id ? ended : find(id, options);
  };
}
