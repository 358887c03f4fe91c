// A page that waits for a phone: follows the request, draws itself again when it changes, and goes on when it is
// confirmed. Without this script the page asks again every few seconds, and a button goes on.
let source;
/** Milliseconds until what was refused, or could not be had, is asked for again. */
const pause = 3000;

function begin() {
  const sheet = document.querySelector('[data-state]');
  source?.close();
  if (sheet?.dataset.state === 'confirmed') return sheet.querySelector('form').requestSubmit();
  if (!sheet?.dataset.follow) return undefined;
  source = new EventSource(sheet.dataset.follow);
  source.addEventListener('message', ({ data }) => {
    if (data !== sheet.dataset.state) void drawAgain();
  });
  source.addEventListener('error', ({ target }) => {
    // refused for good, not merely cut off
    if (target.readyState === EventSource.CLOSED) setTimeout(drawAgain, pause);
  });
  return count(sheet.querySelector('time[data-left]'));
}

/** The time left, by this browser's own clock: the server's may have been moved. */
function count(time) {
  const end = performance.now() + Number(time?.dataset.left) * 1000;
  const tick = () => {
    if (!time?.isConnected) return;
    const left = Math.max(0, Math.ceil((end - performance.now()) / 1000));
    time.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`;
    if (left > 0) setTimeout(tick, 1000);
  };
  tick();
}

async function drawAgain() {
  source?.close();
  const answer = await fetch(location.href, { headers: { accept: 'text/html' } }).catch(() => undefined);
  // the server is away for a moment: what is on the page stays until it is back
  if (!answer || answer.status >= 500) return setTimeout(drawAgain, pause);
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
  document.title = fresh.title;
  document.querySelector('main').replaceChildren(...fresh.querySelector('main').childNodes);
  return begin();
}

begin();
