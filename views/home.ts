import { facts } from './facts.ts';
import { type Html, html, raw } from './html.ts';
import { layout, type Page } from './layout.ts';
import { arrow, phone as phoneMark } from './marks.ts';
import type { CastShown, ClaimShown } from './shown.ts';
import { table } from './table.ts';
import { type Words, wordsOf } from './words.ts';

export interface HomeProps {
  issuer: string;
  /** Address of the sample city app. */
  ihanoi?: string | undefined;
  cast: CastShown[];
  claims: ClaimShown[];
  clients: {
    id: string;
    name: string;
    url?: string | undefined;
    /** Where a sign-in to it begins. */
    start?: string | undefined;
  }[];
  endpoints: { name: string; url: string }[];
  /** The password that the whole cast shares; a shared sandbox tells it to nobody. */
  password?: string | undefined;
  /** The passcode that the cast's phones share, and where the phone is; likewise. */
  passcode?: string | undefined;
  phone?: string | undefined;
  /** Lab only: where the test bench is. */
  bench?: { door: BenchDoor; href: string }[] | undefined;
}

/** What the test bench can be entered by. */
export type BenchDoor = keyof Words['home']['doors'];

/** The developer's first page: what this is, one button to try it, and everything there is to know in four tables. */
export function homePage(page: Page, props: HomeProps): Html {
  const words = wordsOf(page.language).home;
  return layout(page, {
    title: words.title,
    wide: true,
    body: html`<div class="hero">
<div class="hero-words"><h1>${words.title}</h1>
<p class="lead">${words.lead}</p>
<p class="hero-doors">${props.ihanoi && html`<a class="button" href="${props.ihanoi}">${words.go} ${arrow}</a>`}
${props.phone && html`<a class="button secondary" href="${props.phone}">${words.phone}</a>`}
<a class="plain" href="${props.issuer.replace(/\/$/, '')}/.well-known/openid-configuration">${words.discovery}</a></p></div>
${props.password !== undefined && ticket(words, props)}
</div>
<nav class="contents" aria-label="${words.contents}"><a href="#cast">${words.cast}</a>${props.bench && html`<a href="#bench">${words.bench}</a>`}<a href="#claims">${words.claims}</a><a href="#endpoints">${words.endpoints}</a><a href="#clients">${words.clients}</a></nav>
${part('cast', words.cast, words.castLead, castTable(words, props.cast))}
${props.bench && part('bench', words.bench, words.benchLead, benchDoors(words, props.bench))}
${part('claims', words.claims, words.claimsLead, claimsTable(words, props.claims))}
${part(
  'endpoints',
  words.endpoints,
  html`${words.endpointsLead} <code>${props.issuer}</code>`,
  table({
    caption: words.endpoints,
    columns: [words.endpoint, words.url],
    groups: [{ rows: props.endpoints.map(({ name, url }) => [name, html`<code>${url}</code>`]) }],
  }),
)}
${part('clients', words.clients, '', clientsTable(words, props.clients))}`,
  });
}

function part(id: string, title: string, lead: Html | string, body: Html): Html {
  return html`<section id="${id}" aria-labelledby="${id}-title" class="part"><h2 id="${id}-title">${title}</h2>${lead && html`<p>${lead}</p>`}${body}</section>`;
}

/** What to type, on a card: the first of the cast. */
function ticket(words: Words['home'], { cast, password, passcode }: HomeProps): Html | undefined {
  const [someone] = cast;
  if (!someone) return undefined;
  return html`<section class="ticket sheet" aria-labelledby="try"><h2 id="try">${words.try}</h2>
<p class="ticket-person">${someone.portrait && html`<span class="portrait">${raw(someone.portrait)}</span>`}<strong>${someone.fullName}</strong></p>
${facts([
  { label: words.tryNumber, value: html`<code class="digits">${someone.number}</code>` },
  { label: words.tryPassword, value: html`<code>${password}</code>` },
  ...(passcode ? [{ label: words.tryPasscode, value: html`<code class="digits">${passcode}</code>` }] : []),
  { label: words.tryCode, value: html`<a href="${someone.inbox}">${words.tryInbox(someone.fullName)}</a>` },
])}</section>`;
}

function benchDoors(words: Words['home'], doors: NonNullable<HomeProps['bench']>): Html {
  return html`<dl class="doors">${doors.map(({ door, href }) => html`<div><dt><a href="${href}">${words.doors[door].name}</a></dt><dd>${words.doors[door].about}</dd></div>`)}</dl>`;
}

function castTable(words: Words['home'], cast: readonly CastShown[]): Html {
  return table({
    caption: words.cast,
    columns: [
      words.person,
      words.number,
      words.case,
      words.account,
      ...(cast.some(({ inbox }) => inbox) ? [words.inbox] : []),
    ],
    groups: [
      {
        rows: cast.map((one) => [
          html`<span class="person">${one.portrait && html`<span class="portrait">${raw(one.portrait)}</span>`}<span>${one.fullName}</span></span>`,
          html`<code class="digits">${one.number}</code>`,
          one.case,
          html`${one.level ? words.accountLevel(one.level) : words.noAccount}${one.level && html` <span class="state" data-state="${one.state}">${words.states[one.state] ?? one.state}</span>`}${one.phone && html` <span class="has-phone">${phoneMark}<span class="unseen">${words.hasPhone}</span></span>`}`,
          ...(one.inbox
            ? [html`<a href="${one.inbox}" aria-label="${words.inboxOf(one.fullName)}">${words.inbox}</a>`]
            : []),
        ]),
      },
    ],
  });
}

function clientsTable(words: Words['home'], clients: HomeProps['clients']): Html {
  const starts = clients.some(({ start }) => start);
  return table({
    caption: words.clients,
    columns: [words.client, words.clientId, ...(starts ? [words.open] : [])],
    groups: [
      {
        rows: clients.map(({ id, name, url, start }) => [
          url ? html`<a href="${url}">${name}</a>` : name,
          html`<code>${id}</code>`,
          ...(starts
            ? [start ? html`<a href="${start}">${words.open}<span class="unseen">: ${name}</span></a>` : '–']
            : []),
        ]),
      },
    ],
  });
}

function claimsTable(words: Words['home'], claims: readonly ClaimShown[]): Html {
  return table({
    caption: words.claims,
    columns: [words.claim, words.meaning, words.example],
    groups: [...Map.groupBy(claims, ({ scope }) => scope)].map(([scope, rows]) => ({
      heading: html`<span class="scope">${words.scope}</span> <code>${scope}</code>`,
      rows: rows.map((one) => [
        html`<code>${one.claim}</code>`,
        one.meaning,
        html`<code class="example">${one.example}</code>`,
      ]),
    })),
  });
}
