// The token inspector: what is pasted is taken apart here, while it is typed, and goes nowhere. All that is fetched are the
// public keys and the time of the instance. Without this script, or where a browser keeps cryptography from a page (neither https nor
// localhost), the form is sent to the server.
import { compactDecrypt } from '/assets/jose/jwe/compact/decrypt.js';
import { calculateJwkThumbprint } from '/assets/jose/jwk/thumbprint.js';
import { compactVerify } from '/assets/jose/jws/compact/verify.js';
import { exportSPKI } from '/assets/jose/key/export.js';
import { importJWK, importPKCS8, importSPKI, importX509 } from '/assets/jose/key/import.js';
import * as errors from '/assets/jose/util/errors.js';
import { draw, summaryOf } from './inspector/draw.js';
import { inspect } from './inspector/inspect.js';
import { build } from './inspector/tree.js';

const jose = {
  compactDecrypt,
  calculateJwkThumbprint,
  compactVerify,
  exportSPKI,
  importJWK,
  importPKCS8,
  importSPKI,
  importX509,
  errors,
};
const form = document.querySelector('[data-inspector]');
const result = document.querySelector('[data-result]');
const status = document.querySelector('[data-summary]');
const { issuer, now, claims } = JSON.parse(form.dataset.world);
const { language } = form.dataset;
const fields = [...form.elements].filter(({ name }) => name);

/** Milliseconds for which what was asked of the instance is good: keys rotate, and testers move clocks. */
const fresh = 5_000;
let asked = -Infinity;
let told;
let newest = 0;

const ask = (address) =>
  fetch(address, { cache: 'no-store' })
    .then((answer) => (answer.ok ? answer.json() : undefined))
    .catch(() => undefined);

/** The instance's keys and time. */
async function instance() {
  if (performance.now() - asked > fresh) {
    asked = performance.now();
    told = Promise.all([ask(form.dataset.jwks), ask(form.dataset.clock)]);
  }
  const [set, clock] = await told;
  const passed = clock?.frozen ? 0 : performance.now() - asked;
  return { keys: set?.keys, now: Date.parse(clock?.now ?? now) + passed };
}

async function look() {
  const input = Object.fromEntries(fields.map(({ name, value }) => [name, value]));
  newest += 1;
  const mine = newest;
  const empty = input.token.trim() === '';
  const found = empty ? undefined : await inspect(input, { jose, issuer, claims, ...(await instance()) });
  // somebody typed on while this was worked out
  if (mine !== newest) return;
  result.replaceChildren(...(found ? draw(found, language).map((part) => build(part, document)) : []));
  status.textContent = found ? summaryOf(found.token, language) : '';
}

/** What the address brings behind its #, which no server has seen; it is then taken out of the address. */
function fill() {
  if (location.hash.length < 2) return;
  const brought = new URLSearchParams(location.hash.slice(1));
  for (const field of fields) if (brought.has(field.name)) field.value = brought.get(field.name);
  form.querySelector('details').open ||= fields.some(
    ({ name, value }) => !['token', 'as'].includes(name) && value !== '',
  );
  history.replaceState(null, '', location.pathname + location.search);
}

function start() {
  for (const line of document.querySelectorAll('[data-where]')) line.hidden = line.dataset.where !== 'browser';
  form.addEventListener('input', () => void look());
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void look();
  });
  // the fields are emptied after their form has heard of it
  form.addEventListener('reset', () => setTimeout(look));
  addEventListener('hashchange', () => {
    fill();
    void look();
  });
  // the page in the other language is another page: what was pasted goes along, but for the key
  for (const link of document.querySelectorAll('.languages a'))
    link.addEventListener('click', () => {
      const kept = fields.filter(({ name, value }) => name !== 'key' && value !== '');
      link.hash = String(new URLSearchParams(kept.map(({ name, value }) => [name, value])));
    });
  fill();
  void look();
}

if (globalThis.crypto?.subtle) start();
