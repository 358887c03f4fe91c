/** A search of the console answers as one types: the page is asked for again, and only what was found is exchanged. */
const form = document.querySelector('form[data-live]');
const found = document.querySelector('#found');
let asked = 0;

form?.addEventListener('input', async () => {
  const mine = ++asked;
  const query = new URLSearchParams([...new FormData(form)].filter(([, text]) => text !== ''));
  const address = `${form.action}?${query}`;
  const answer = await fetch(address, { headers: { accept: 'text/html' } });
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  // an answer that comes after a later one is of no use
  if (mine !== asked) return;
  found.replaceChildren(...page.querySelector('#found').childNodes);
  history.replaceState(null, '', address);
});
