/** A search of the console answers as one types: the page is asked for again, and only what was found is exchanged. */
const form = document.querySelector('form[data-live]');
const found = document.querySelector('#found');
let asked = 0;

form?.addEventListener('input', async () => {
  const mine = ++asked;
  const query = new URLSearchParams([...new FormData(form)].filter(([, text]) => text !== ''));
  const address = `${form.action}?${query}`;
  const fresh = await fetch(address, { headers: { accept: 'text/html' } })
    .then((answer) => answer.text())
    .then((text) => new DOMParser().parseFromString(text, 'text/html').querySelector('#found'))
    .catch(() => undefined);
  // an answer that comes after a later one is of no use
  if (mine !== asked) return;
  // what came is another page, or nothing: it says itself why
  if (!fresh) return location.assign(address);
  found.replaceChildren(...fresh.childNodes);
  history.replaceState(null, '', address);
});
