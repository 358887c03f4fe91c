import { type Html, html } from '../html.ts';
import type { Language } from '../words.ts';
import { wordsOf } from '../words.ts';

/** One member of what an operation takes. */
export interface FieldShown {
  name: string;
  /** `choices` may be several; `json` is anything deeper, typed as JSON. */
  kind: 'text' | 'number' | 'choice' | 'choices' | 'json';
  choices?: readonly string[] | undefined;
  required: boolean;
  hint?: string | undefined;
}

export interface FormShown {
  /** Name of the operation, `phones.approve`. */
  operation: string;
  fields: readonly FieldShown[];
  csrf: string;
  /** What was typed, or is filled in. */
  values?: Readonly<Record<string, string>> | undefined;
  /** Where it leads when it is done and has no answer. */
  back?: string | undefined;
  dangerous?: boolean | undefined;
  /** Where its answer is a file, and no form is needed. */
  file?: string | undefined;
}

/** The form of any operation. */
export function operationForm(language: Language, form: FormShown): Html {
  const words = wordsOf(language).console;
  const { operation, fields, csrf, values = {}, back, dangerous, file } = form;
  if (file !== undefined)
    return html`<p><a class="button secondary" href="${file}" download="${operation}.json">${words.download}</a></p>`;
  const id = (name: string) => `${operation.replace('.', '-')}-${name}`;
  return html`<form method="post" action="/lab/console/do/${operation}" class="operation">
<input type="hidden" name="csrf" value="${csrf}">
${back !== undefined && html`<input type="hidden" name="back" value="${back}">`}
${fields.map(
  (field) =>
    html`<div class="field"><label for="${id(field.name)}"><code>${field.name}</code>${!field.required && html` <span class="hint">${words.optional}</span>`}</label>${input(id(field.name), `in.${field.name}`, field, values[field.name])}${field.hint && html`<p class="hint">${field.hint}</p>`}</div>`,
)}
<p><button type="submit" class="button ${dangerous ? 'refusal' : 'secondary'}">${words.run}</button></p></form>`;
}

/** The control of one member. */
export function input(id: string, name: string, { kind, choices = [], required }: FieldShown, value = ''): Html {
  if (kind === 'choice')
    return html`<select id="${id}" name="${name}">${!required && html`<option value=""></option>`}${choices.map((one) => html`<option value="${one}"${one === value && html` selected`}>${one}</option>`)}</select>`;
  if (kind === 'choices')
    return html`<select id="${id}" name="${name}" multiple>${choices.map((one) => html`<option value="${one}"${value.split(',').includes(one) && html` selected`}>${one}</option>`)}</select>`;
  if (kind === 'json')
    return html`<textarea id="${id}" name="${name}" rows="4" spellcheck="false" placeholder="{ }">${value}</textarea>`;
  return html`<input id="${id}" name="${name}" value="${value}"${required && html` required`}${kind === 'number' && html` inputmode="decimal"`} autocomplete="off" spellcheck="false">`;
}
