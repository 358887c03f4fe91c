// The inspector's sign-ins: what is on the page is drawn again when something was noted. What is unfolded stays so, and the
// keyboard stays where it was. Without this script a reader asks for the page again.
const { follow } = document.querySelector('[data-live]').dataset;
let drawing = false;
let again = false;

const live = () => document.querySelector('[data-live]');

/** Milliseconds until what was refused, or could not be had, is asked for again. */
const pause = 3000;

function listen() {
  const source = new EventSource(follow);
  source.addEventListener('message', ({ data }) => {
    if (data !== live().dataset.version) void draw();
  });
  source.addEventListener('error', () => {
    // refused for good, not merely cut off
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, pause);
  });
}

async function draw() {
  again = drawing;
  if (drawing) return;
  drawing = true;
  const answer = await fetch(location.href, { headers: { accept: 'text/html' } }).catch(() => undefined);
  if (answer?.ok) put(new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('[data-live]'));
  drawing = false;
  if (again) void draw();
  // the server is away for a moment: what is on the page stays until it is back
  else if (!answer || answer.status >= 500) setTimeout(draw, pause);
}

listen();

function put(fresh) {
  if (!fresh) return;
  const open = [...document.querySelectorAll('[data-live] details[open]')].map(({ id }) => id);
  const focused = document.activeElement?.closest('details')?.id;
  live().replaceWith(fresh);
  for (const id of open) document.getElementById(id)?.setAttribute('open', '');
  if (focused) document.querySelector(`#${focused} > summary`)?.focus();
}
