import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server';
import type { Instance } from '../../src/index.ts';
import type { Authenticator, Lie } from '../../src/lab/authenticator.ts';
import type { Browser, Visited } from './browser.ts';
import { an, atCallback, newestCode } from './relying-party.ts';

/** What the page asks a passkey for; undefined where it does not. */
export function optionsOn<Options = PublicKeyCredentialRequestOptionsJSON>(page: Visited): Options | undefined {
  const text = /data-passkey="[a-z]+" data-options="([^"]*)"/.exec(page.html)?.[1];
  return text === undefined ? undefined : (JSON.parse(text.replaceAll('&quot;', '"')) as Options);
}

export const creationOn = (page: Visited) => {
  const options = optionsOn<PublicKeyCredentialCreationOptionsJSON>(page);
  if (!options) throw new Error(`nothing can be added on ${page.url.pathname}: ${page.text.slice(0, 300)}`);
  return options;
};

export const requestOn = (page: Visited) => {
  const options = optionsOn(page);
  if (!options) throw new Error(`no passkey is asked for on ${page.url.pathname}: ${page.text.slice(0, 300)}`);
  return options;
};

/** Through the fresh sign-in to the page of one's own passkeys. */
export async function openOwnPasskeys(
  vneid: Pick<Instance, 'issuer'>,
  browser: Browser,
  person: { number: string; password: string } = an,
): Promise<Visited> {
  let page = await browser.open(`${vneid.issuer}/passkeys`);
  if (!page.html.includes('action="/authorize"')) return page;
  await browser.submit({}, { form: (action) => action === '/authorize' });
  await browser.submit({ login: person.number, password: person.password });
  page = await browser.submit({ otp: await newestCode(vneid, person.number) });
  return page;
}

/** Adds a passkey on the page of one's own. */
export async function addPasskey(
  browser: Browser,
  authenticator: Authenticator,
  { name = 'Điện thoại', lie = {} }: { name?: string; lie?: Lie } = {},
): Promise<Visited> {
  const credential = JSON.stringify(authenticator.create(creationOn(browser.page()), lie));
  return browser.submit({ name, credential }, { form: (action) => action === '/passkeys' });
}

/** Signs in with a passkey on the page of a sign-in. */
export async function usePasskey(browser: Browser, authenticator: Authenticator, lie: Lie = {}): Promise<Visited> {
  const credential = JSON.stringify(authenticator.get(requestOn(browser.page()), lie));
  return browser.submit({ credential }, { form: (action) => action.endsWith('/passkey'), until: atCallback });
}
