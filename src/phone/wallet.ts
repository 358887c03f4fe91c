import Router from '@koa/router';
import type { Clock } from '../clock.ts';
import { problem } from '../errors.ts';
import { dateIn } from '../registry/dates.ts';
import { dependantRelations, type Item, itemStates, type Wallet, type Wallets } from '../registry/wallet.ts';
import { documentPage, type DocumentShown, walletPage } from '../../views/phone/wallet.ts';
import type { Language } from '../web/language.ts';
import { type Held, holderShown, type Screens } from './held.ts';
import { type Presentations, standsForPaper } from './presentations.ts';

export interface WalletParts {
  clock: Clock;
  issuer: string;
  presentations: Presentations;
  screens: Screens;
  wallets: Wallets;
}

/**
 * Ví giấy tờ:
 *
 *     GET /phone/wallet                          everything that can be shown
 *     GET /phone/wallet/:item                    one document, with the code that a verifier scans
 *     GET /phone/dependants/:citizen             the documents of a child or ward
 *     GET /phone/dependants/:citizen/:item
 */
export function walletRoutes({ clock, issuer, presentations, screens, wallets }: WalletParts): Router {
  const router = new Router();

  /** This phone's own wallet, or that of somebody its holder answers for; nobody else's. */
  async function walletOf({
    citizen,
    ctx,
  }: Held): Promise<{ wallet: Wallet; relation?: keyof typeof dependantRelations }> {
    const wallet = await wallets.walletOf(citizen, { today: dateIn(clock.now()) });
    const id = ctx.params.citizen as string | undefined;
    if (id === undefined) return { wallet };
    const found = wallet.dependants.find((dependant) => dependant.wallet.citizen.id === id);
    if (!found) throw problem('request.notFound');
    return found;
  }

  const all = screens.show(async (held) => {
    const { page, account, ctx } = held;
    const { wallet, relation } = await walletOf(held);
    const { language } = page;
    const lacks = !wallet.items.some(({ kind }) => kind === 'electronic-identity');
    return walletPage(page, {
      device: await screens.frame(held),
      version: wallet.items.map(({ id, state }) => `${id}:${state}`).join(' '),
      owner: holderShown(wallet.citizen, clock.now()),
      relation: relation && dependantRelations[relation][language],
      documents: wallet.items.map((item) => shownIn(language, item, ctx.path)),
      dependants: wallet.dependants.map((dependant) => ({
        ...holderShown(dependant.wallet.citizen, clock.now()),
        href: `/phone/dependants/${dependant.wallet.citizen.id}`,
        relation: dependantRelations[dependant.relation][language],
        count: dependant.wallet.items.length,
      })),
      lacks: lacks && (relation !== undefined || account.level === 1),
    });
  });

  const one = screens.show(async (held) => {
    const { page, account, ctx } = held;
    const { language } = page;
    const { wallet } = await walletOf(held);
    const item = wallet.items.find(({ id }) => id === ctx.params.item);
    if (!item) throw problem('presentation.noDocument');
    const shown = standsForPaper(account)
      ? await presentations.present({ citizen: wallet.citizen, item: item.id, by: account })
      : undefined;
    const back = ctx.path.slice(0, ctx.path.lastIndexOf('/'));
    return documentPage(page, {
      device: await screens.frame(held),
      back,
      document: shownIn(language, item, back),
      owner: holderShown(wallet.citizen, clock.now()),
      rows: item.rows.map(({ label, value }) => ({ label: label[language], value: value[language] })),
      code: shown && {
        url: shown.url,
        secondsLeft: Math.ceil((shown.expiresAt - clock.now()) / 1000),
        version: shown.code,
      },
      verify: `${issuer}/verify`,
      printed: item.qr !== undefined && item.mrz ? { qr: item.qr, mrz: item.mrz.join('\n') } : undefined,
    });
  });

  router.get('/phone/wallet', all);
  router.get('/phone/wallet/:item', one);
  router.get('/phone/dependants/:citizen', all);
  router.get('/phone/dependants/:citizen/:item', one);

  return router;
}

function shownIn(language: Language, { id, kind, title, number, state }: Item, base: string): DocumentShown {
  return {
    href: `${base}/${id}`,
    kind,
    title: title[language],
    number,
    state: { valid: state === 'valid', text: itemStates[state][language] },
  };
}
