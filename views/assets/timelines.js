// The inspector's sign-ins: what is on the page is drawn again when something was noted. What is unfolded stays so, and the
// keyboard stays where it was. Without this script a reader asks for the page again.
const { follow } = document.querySelector('[data-live]').dataset;
let drawing = false;
let again = false;

const live = () => document.querySelector('[data-live]');

new EventSource(follow).addEventListener('message', ({ data }) => {
  if (data !== live().dataset.version) void draw();
});

async function draw() {
  again = drawing;
  if (drawing) return;
  drawing = true;
  const answer = await fetch(location.href, { headers: { accept: 'text/html' } });
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
  put(fresh.querySelector('[data-live]'));
  drawing = false;
  if (again) void draw();
}

function put(fresh) {
  if (!fresh) return;
  const open = [...document.querySelectorAll('[data-live] details[open]')].map(({ id }) => id);
  const focused = document.activeElement?.closest('details')?.id;
  live().replaceWith(fresh);
  for (const id of open) document.getElementById(id)?.setAttribute('open', '');
  if (focused) document.querySelector(`#${focused} > summary`)?.focus();
}
