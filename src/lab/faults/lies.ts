import { createHash } from 'node:crypto';

/** The issuer that answers and tokens are said to come from, when they are said to come from another. */
export const otherIssuer = 'https://another-issuer.example';
/** The app that tokens are said to be for. */
export const otherApp = 'another-app';

/** Another value of the same look: as long as this one, and always the same for it. */
export function another(value: string): string {
  const digest = createHash('sha512').update(`another ${value}`).digest('base64url');
  const length = Math.max(value.length, 8);
  return digest.repeat(Math.ceil(length / digest.length)).slice(0, length);
}
