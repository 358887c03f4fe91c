/** A page as a test sees it. */
export interface Visited {
  url: URL;
  status: number;
  headers: Headers;
  html: string;
  /** The text without tags, one space between words. */
  text: string;
}

/**
 * A browser without a screen and without JavaScript: keeps cookies whose end has not come, follows redirects, fills in
 * forms. It goes to loopback only, and leaves a redirect to any other place for the test to look at.
 */
export class Browser {
  /** Where the browser is. */
  here: Visited | undefined;
  /** Every request made, oldest first: "303 POST /login/x/password". */
  readonly history: string[] = [];
  private readonly cookies: { name: string; value: string; path: string; host: string }[] = [];
  private readonly language: string;

  constructor({ language = 'vi' }: { language?: string } = {}) {
    this.language = language;
  }

  /** Opens an address and follows redirects until a page comes, or an address for which `until` holds is named. */
  async open(address: string | URL, { until = () => false }: { until?: (url: URL) => boolean } = {}): Promise<Visited> {
    return this.request(new URL(address, this.here?.url), { method: 'GET' }, until);
  }

  /** Sends the form of this page whose button or action matches, with the page's own hidden fields. */
  async submit(
    fields: Record<string, string | string[]> = {},
    {
      form = () => true,
      until = () => false,
    }: { form?: (action: string) => boolean; until?: (url: URL) => boolean } = {},
  ): Promise<Visited> {
    const page = this.page();
    const found = formsOf(page.html).find(({ action }) => form(action));
    if (!found) throw new Error(`no such form on ${page.url.pathname} (${page.status}): ${page.text.slice(0, 300)}`);
    const body = new URLSearchParams();
    for (const [name, value] of Object.entries({ ...found.hidden, ...fields }))
      for (const one of [value].flat()) body.append(name, one);
    return this.post(new URL(found.action, page.url), body, until);
  }

  /** Posts anything anywhere, as an attacker's page or tool would. */
  async post(
    address: string | URL,
    body: URLSearchParams | string,
    until: (url: URL) => boolean = () => false,
  ): Promise<Visited> {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return this.request(new URL(address, this.here?.url), { method: 'POST', body: String(body), headers }, until);
  }

  page(): Visited {
    if (!this.here) throw new Error('the browser has not been anywhere');
    return this.here;
  }

  /** The cookies a request to this address would carry. */
  cookieHeader(url: URL): string {
    return this.cookies
      .filter(({ path, host }) => host === url.host && url.pathname.startsWith(path))
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
  }

  /** Has the cookies of another browser beside its own: someone who can write cookies, or who stole them. */
  takeCookies(other: Browser, which: (name: string) => boolean = () => true): void {
    for (const stolen of other.cookies.filter(({ name }) => which(name))) this.putCookie({ ...stolen });
  }

  /** Changes what a cookie holds, as a person with the browser's tools would. */
  changeCookie(name: string, change: (value: string) => string): void {
    for (const cookie of this.cookies) if (cookie.name === name) cookie.value = change(cookie.value);
  }

  /** Puts a cookie in, as a browser that is driven is given one. */
  putCookie(cookie: { name: string; value: string; path: string; host: string }): void {
    const same = ({ name, path, host }: typeof cookie) =>
      name === cookie.name && path === cookie.path && host === cookie.host;
    const index = this.cookies.findIndex(same);
    if (index >= 0) this.cookies.splice(index, 1);
    this.cookies.push(cookie);
  }

  private async request(
    url: URL,
    init: { method: string; body?: string; headers?: Record<string, string> },
    until: (url: URL) => boolean,
  ): Promise<Visited> {
    if (url.hostname !== 'localhost' && url.hostname !== '127.0.0.1')
      throw new Error(`the test browser does not go to ${url.host}`);
    const cookie = this.cookieHeader(url);
    const response = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: {
        accept: 'text/html,application/xhtml+xml',
        'accept-language': this.language,
        ...(cookie && { cookie }),
        ...init.headers,
      },
    });
    this.history.push(`${response.status} ${init.method} ${url.pathname}`);
    this.keepCookies(response, url);
    const html = await response.text();
    // a page that is drawn where something else was asked for says where it is (RFC 9110 §8.7)
    const at = new URL(response.headers.get('content-location') ?? url, url);
    this.here = { url: at, status: response.status, headers: response.headers, html, text: textOf(html) };
    const location = response.headers.get('location');
    if (response.status < 300 || response.status >= 400 || !location) return this.here;
    const next = new URL(location, url);
    if (until(next)) {
      this.here = { ...this.here, url: next };
      return this.here;
    }
    return this.request(next, { method: 'GET' }, until);
  }

  private keepCookies(response: Response, url: URL): void {
    for (const line of response.headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
      const [name = '', value = ''] = pair.split(/=(.*)/s);
      const path = attributes.find((part) => /^path=/i.test(part))?.slice(5) ?? '/';
      const expires = attributes.find((part) => /^expires=/i.test(part))?.slice(8);
      const index = this.cookies.findIndex(
        (known) => known.name === name && known.path === path && known.host === url.host,
      );
      if (index >= 0) this.cookies.splice(index, 1);
      if (value !== '' && !(expires && Date.parse(expires) <= Date.now()))
        this.cookies.push({ name, value, path, host: url.host });
    }
  }
}

function formsOf(html: string): { action: string; hidden: Record<string, string> }[] {
  return [...html.matchAll(/<form\b([^>]*)>([^]*?)<\/form>/g)].map(([, attributes = '', inner = '']) => ({
    action: attribute(attributes, 'action') ?? '',
    hidden: Object.fromEntries(
      [...inner.matchAll(/<input\b([^>]*)>/g)].flatMap(([, input = '']) =>
        attribute(input, 'type') === 'hidden'
          ? [[attribute(input, 'name') ?? '', attribute(input, 'value') ?? '']]
          : [],
      ),
    ),
  }));
}

function attribute(tag: string, name: string): string | undefined {
  const value = new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1];
  return value?.replaceAll('&amp;', '&').replaceAll('&#39;', "'").replaceAll('&quot;', '"');
}

function textOf(html: string): string {
  const text = html.replaceAll(/<(style|script|svg)\b[^]*?<\/\1>/g, ' ').replaceAll(/<[^>]+>/g, ' ');
  return text
    .replaceAll('&amp;', '&')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
