import { html as tag, raw as trust } from 'hono/html';

/** Markup that is safe to send; `String(page)` is its text (at run time it is a String object, not a primitive). */
export type Html = ReturnType<typeof trust>;

/** What may stand in a template: text is escaped, markup is not, and what is false, null or undefined prints nothing. */
export type Part = string | number | boolean | null | undefined | Html | readonly Part[];

/** The tagged template of every page. Parts are never promises, so the answer never is one. */
export const html = tag as (strings: TemplateStringsArray, ...parts: Part[]) => Html;

/** Marks text as markup. Only for markup made by this program: drawn portraits and the provider's own form. */
export const raw: (markup: string) => Html = trust;
