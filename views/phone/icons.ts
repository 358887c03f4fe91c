import { type Html, raw } from '../html.ts';

/** The drawn signs of the app, in the strokes of `marks.ts`; each stands beside its word and is hidden from readers. */
const drawn = (paths: string): Html =>
  raw(
    `<svg class="icon" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false"><g fill="none" stroke="currentColor" stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round">${paths}</g></svg>`,
  );

export const icons = {
  home: drawn('<path d="M4 11 12 4 20 11V20H14.5V14.5H9.5V20H4Z"/>'),
  wallet: drawn('<path d="M4 7.5H20V19H4ZM4 7.5V6.2C4 5.5 4.5 5 5.2 5H17V7.5M15.5 13.2H20"/>'),
  scan: drawn(
    '<path d="M4 8.5V4H8.5M15.5 4H20V8.5M20 15.5V20H15.5M8.5 20H4V15.5M8 8H11V11H8ZM13 8H16M16 8V11M8 13V16M8 16H11M13 13H16V16H13Z"/>',
  ),
  bell: drawn('<path d="M6 16.5V11A6 6 0 0 1 18 11V16.5L19.5 18.5H4.5ZM10 21H14"/>'),
  person: drawn('<path d="M12 4A3.9 3.9 0 1 1 11.9 4ZM4.5 20.5C5 16 8 14.4 12 14.4S19 16 19.5 20.5"/>'),
  back: drawn('<path d="M14.5 5 7.5 12 14.5 19"/>'),
  next: drawn('<path d="M9.5 5 16.5 12 9.5 19"/>'),
  clock: drawn('<path d="M12 3.5A8.5 8.5 0 1 1 11.9 3.5ZM12 7.5V12L15 14"/>'),
  device: drawn('<path d="M7 2.8H17V21.2H7ZM10.5 18.4H13.5"/>'),
  share: drawn('<path d="M12 3.5V14M8 7.5 12 3.5 16 7.5M6 11H4.5V20.5H19.5V11H18"/>'),
  lock: drawn('<path d="M5.5 11H18.5V20.5H5.5ZM8 11V8A4 4 0 0 1 16 8V11M12 14.5V17"/>'),
  keypad: drawn('<path d="M6 6V6.1M12 6V6.1M18 6V6.1M6 12V12.1M12 12V12.1M18 12V12.1M12 18V18.1" stroke-width="2.6"/>'),
  key: drawn('<path d="M8 11.5A4 4 0 1 1 8.1 11.5M11 14 20 14M17 14V17.5M20 14V16.5"/>'),
  face: drawn(
    '<path d="M4 8V4H8M16 4H20V8M20 16V20H16M8 20H4V16M9 9.5V10.5M15 9.5V10.5M12 9.5V13H11M8.8 15.4C10.6 17 13.4 17 15.2 15.4"/>',
  ),
  remove: drawn('<path d="M5 7H19M10 7V4.5H14V7M7 7 8 20H16L17 7M10.5 10.5V16.5M13.5 10.5V16.5"/>'),
  globe: drawn('<path d="M12 3.5A8.5 8.5 0 1 1 11.9 3.5ZM3.5 12H20.5M12 3.5C8 8 8 16 12 20.5 16 16 16 8 12 3.5"/>'),
  message: drawn('<path d="M4 5H20V16.5H11L7 20V16.5H4ZM8 9.2H16M8 12.4H13"/>'),
  receipt: drawn('<path d="M6 3.5H18V20.5L16 19 14 20.5 12 19 10 20.5 8 19 6 20.5ZM9 8H15M9 11.5H15"/>'),
  yes: drawn('<path d="M12 3.5A8.5 8.5 0 1 1 11.9 3.5ZM8 12.3 11 15.2 16.2 9.2"/>'),
  no: drawn('<path d="M12 3.5A8.5 8.5 0 1 1 11.9 3.5ZM9 9 15 15M15 9 9 15"/>'),
  warning: drawn('<path d="M12 3.8 21.2 19.8H2.8ZM12 10V14.2M12 17V17.1"/>'),
  card: drawn(
    '<path d="M3 5.5H21V18.5H3ZM8 9.2A1.9 1.9 0 1 1 7.9 9.2ZM5.4 15.6C5.8 13.8 6.8 13.4 8 13.4S10.2 13.8 10.6 15.6M14 9.5H18M14 12.5H18"/>',
  ),
  identity: drawn(
    '<path d="M12 2.8 19.5 5.6V11.4C19.5 16 16.6 19.4 12 21.2 7.4 19.4 4.5 16 4.5 11.4V5.6ZM8.6 11.8 11.2 14.4 15.6 9"/>',
  ),
  wheel: drawn(
    '<path d="M12 3.5A8.5 8.5 0 1 1 11.9 3.5ZM12 10A2 2 0 1 1 11.9 10ZM4 10.5C7 9 17 9 20 10.5M10.4 13.4 8.5 19.6M13.6 13.4 15.5 19.6"/>',
  ),
  vehicle: drawn(
    '<path d="M3.5 16.5V12.5L6 7H18L20.5 12.5V16.5ZM3.5 12.5H20.5M6 16.5V19M18 16.5V19M7 14.6H7.1M17 14.6H17.1"/>',
  ),
  health: drawn(
    '<path d="M12 20C6 15.8 3.5 12.6 3.5 9.2A4.3 4.3 0 0 1 12 8 4.3 4.3 0 0 1 20.5 9.2C20.5 12.6 18 15.8 12 20ZM12 10.5V15M9.75 12.75H14.25"/>',
  ),
  residence: drawn('<path d="M4 11.5 12 4.5 20 11.5M6 10V20H18V10M10 20V14.5H14V20"/>'),
  family: drawn(
    '<path d="M8 4.5A2.6 2.6 0 1 1 7.9 4.5ZM3.5 19.5C3.5 14.5 5.4 12.6 8 12.6 9.5 12.6 10.7 13.2 11.5 14.6M16 9.5A2.2 2.2 0 1 1 15.9 9.5ZM12 19.5C12 16.6 13.6 15.6 16 15.6S20 16.6 20 19.5"/>',
  ),
} as const satisfies Record<string, Html>;

export type Icon = keyof typeof icons;
