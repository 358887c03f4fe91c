import { type Html, html } from '../html.ts';
import type { Page } from '../layout.ts';
import { moment } from '../times.ts';
import { wordsOf } from '../words.ts';
import { consoleFrame, type FamilyShown } from './frame.ts';

export interface OverviewProps {
  families: readonly FamilyShown[];
  done: string | undefined;
  csrf: string;
  citizens: number;
  clients: number;
  /** How many; a tenant has none. */
  tenants: number | undefined;
  /** `offset` in seconds from the time of the machine. */
  clock: { now: string; offset: number; frozen: boolean };
  faults: readonly { fault: string; client?: string | undefined; citizen?: string | undefined }[];
}

/** How things stand: time, faults, how many there are; and the way to everything else. */
export function overviewPage(page: Page, props: OverviewProps): Html {
  const words = wordsOf(page.language).console;
  const { clock, faults } = props;
  const fact = (name: string, value: Html | string | number) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
  return consoleFrame(page, {
    title: words.title,
    families: props.families,
    done: props.done,
    body: html`<h1>${words.title}</h1><p class="lead">${words.lead}</p>
<dl class="figures">
${fact(words.time, html`${moment(page.language, clock.now)}, ${clock.frozen ? words.frozen : words.ahead(clock.offset)}`)}
${fact(words.people, new Intl.NumberFormat(page.language).format(props.citizens))}
${fact(words.apps, props.clients)}
${props.tenants !== undefined && fact(words.tenants, props.tenants)}
</dl>
<section class="part" aria-labelledby="faults-on"><h2 id="faults-on">${words.faultsOn}</h2>${
      faults.length === 0
        ? html`<p>${words.noFaults}</p>`
        : html`<ul>${faults.map(({ fault, client, citizen }) => html`<li><code>${fault}</code>${client && html` · ${client}`}${citizen && html` · ${citizen}`}</li>`)}</ul>
<form method="post" action="/lab/console/do/faults.clearAll"><input type="hidden" name="csrf" value="${props.csrf}"><input type="hidden" name="back" value="/lab/console"><button type="submit" class="refusal">${words.clearAll}</button></form>`
    }</section>
<section class="part" aria-labelledby="everything"><h2 id="everything">${words.operations}</h2>
<dl class="doors">${props.families.map(({ family, title, about }) => html`<div><dt><a href="/lab/console/${family}">${title}</a></dt><dd>${about}</dd></div>`)}</dl></section>`,
  });
}
