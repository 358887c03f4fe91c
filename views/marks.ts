import { raw } from './html.ts';

/** Our own mark, a lotus whose heart is a keyhole; the state's emblem is not ours to use. */
export const lotus = raw(
  '<svg class="mark" viewBox="0 0 32 32" width="36" height="36" aria-hidden="true" focusable="false">' +
    '<g fill="currentColor">' +
    '<path opacity=".45" d="M16 26.5C7.5 26.9 3 22.6 1.5 15.2 8.6 14.7 14.5 18.2 16 26.5Z"/>' +
    '<path opacity=".45" d="M16 26.5C24.5 26.9 29 22.6 30.5 15.2 23.4 14.7 17.5 18.2 16 26.5Z"/>' +
    '<path opacity=".72" d="M16 26.5C8.5 23.5 6 17 7.5 9 14 11.5 17.5 18 16 26.5Z"/>' +
    '<path opacity=".72" d="M16 26.5C23.5 23.5 26 17 24.5 9 18 11.5 14.5 18 16 26.5Z"/>' +
    '<path fill-rule="evenodd" d="M16 3.5C22.3 10.5 22.3 20.5 16 27.5 9.7 20.5 9.7 10.5 16 3.5ZM16 12.3A2.5 2.5 0 0 0 14.7 16.9L14 21.3H18L17.3 16.9A2.5 2.5 0 0 0 16 12.3Z"/>' +
    '</g></svg>',
);

/** The city's mark: a span of the old iron bridge over the river. */
export const span = raw(
  '<svg class="mark" viewBox="0 0 32 32" width="36" height="36" aria-hidden="true" focusable="false">' +
    '<g fill="none" stroke="currentColor" stroke-width="2" stroke-linejoin="round" stroke-linecap="round">' +
    '<path d="M2 19H30M2 19 10 7 16 13 22 7 30 19M10 7V19M22 7V19M6 13V19M26 13V19M16 13V19M10 19 16 13 22 19"/>' +
    '<path d="M2 25C4.3 23 6.7 23 9 25S13.7 27 16 25 20.7 23 23 25 27.7 27 30 25"/>' +
    '</g></svg>',
);

const icon = (paths: string) =>
  raw(
    `<svg class="icon" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false"><g fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round">${paths}</g></svg>`,
  );

/** A shield with an exclamation mark: sensitive data. */
export const shield = icon(
  '<path d="M10 2 16.5 4.5V9.5C16.5 13.5 14 16.5 10 18 6 16.5 3.5 13.5 3.5 9.5V4.5ZM10 6.5V10.5M10 13.6V13.7"/>',
);

/** A triangle with an exclamation mark: something to correct. */
export const alert = icon('<path d="M10 2.8 18 16.8H2ZM10 8V11.8M10 14.2V14.3"/>');

/** A phone with a message. */
export const phone = icon('<path d="M6 2H14V18H6ZM9 15.5H11"/>');

/** A key that is held by a person: a passkey. */
export const key = icon(
  '<path d="M7 9.2A3.2 3.2 0 1 0 6.9 9.2ZM1.6 17.4C1.6 14.2 3.9 12.2 7 12.2 8.3 12.2 9.4 12.5 10.3 13.1M14.6 11.4A2.7 2.7 0 1 0 14.5 11.4V18M14.5 14.9H16.8M14.5 17.9H16.2"/>',
);

/** An arrow to the right. */
export const arrow = icon('<path d="M3.5 10H16M11 5 16 10 11 15"/>');

/** A tick in a circle: done. */
export const tick = icon('<path d="M10 2A8 8 0 1 1 9.9 2ZM6.3 10.2 9 12.9 13.8 7.4"/>');
