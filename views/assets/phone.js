// The phone, live: hears that there is something new, asks for its page again, and changes what differs. Where something
// is typed only the strip of requests changes. Without this script the pages ask again every few seconds.
const device = document.querySelector('.device');
let asking;
/** Milliseconds until what was refused, or could not be had, is asked for again. */
const pause = 3000;
// a form is on its way: what it brings must not be cut off by drawing this page again
let leaving = false;
addEventListener('submit', () => {
  leaving = true;
});
addEventListener('pageshow', ({ persisted }) => {
  leaving = false;
  if (persisted) askAgain();
});

/** The whole page anew: not by a reload, which would send once more the form that it came of. */
function askAgain() {
  location.replace(location.pathname + location.search);
}

/** This page as it is now; a part of it is put in when its text, or the version it names, has changed. */
async function renew() {
  if (leaving) return undefined;
  asking ??= fetch(location.pathname + location.search, { headers: { accept: 'text/html' } })
    .catch(() => undefined)
    .finally(() => {
      asking = undefined;
    });
  const answer = await asking;
  // the server is away for a moment: what is on the page stays, and whoever asked asks again
  if (!answer || answer.status >= 500) return undefined;
  const fresh = new DOMParser().parseFromString(await answer.clone().text(), 'text/html').querySelector('.device');
  if (leaving) return undefined;
  // the phone was ended, or is another's now: the whole page says so
  if (!fresh || !fresh.dataset.follow !== !device.dataset.follow) return askAgain();
  if (fresh.dataset.news) device.dataset.news = fresh.dataset.news;
  swap('#pending', (old, next) => old.textContent.replaceAll(/\d+:\d\d/g, '') !== next.textContent.replaceAll(/\d+:\d\d/g, ''));
  swap('#screen', (old, next) => old.dataset.version !== next.dataset.version);
  swap('#waiting', (old, next) => old.dataset.state !== next.dataset.state);
  return begin();

  function swap(which, differs) {
    const [old, next] = [device.querySelector(which), fresh.querySelector(which)];
    if (!old || !next || !differs(old, next)) return;
    next.dataset.new = '';
    old.replaceWith(document.adoptNode(next));
  }
}

/** Follows an address that says how something stands, as long as what it belongs to is on the page. */
function follow(address, stands) {
  const source = new EventSource(address);
  let heard;
  async function look() {
    if (stands() === undefined) return source.close();
    if (heard === stands()) return undefined;
    await renew();
    // heard of something newer than what was just fetched, or nothing was
    if (heard !== stands()) setTimeout(look, 500);
  }
  source.addEventListener('message', ({ data }) => {
    heard = data;
    void look();
  });
  source.addEventListener('error', () => {
    // refused for good, not merely cut off
    if (source.readyState === EventSource.CLOSED) setTimeout(again, pause);
  });
  addEventListener('pagehide', () => source.close());

  async function again() {
    await renew();
    if (stands() !== undefined) follow(address, stands);
  }
}

/** The time left, by this browser's own clock: the server's may have been moved. */
function count(time) {
  if (time.dataset.counting) return;
  time.dataset.counting = 'yes';
  const end = performance.now() + Number(time.dataset.left) * 1000;
  const tick = () => {
    if (!time.isConnected) return;
    const left = Math.max(0, Math.ceil((end - performance.now()) / 1000));
    time.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`;
    if (left > 0) setTimeout(tick, 1000);
    else if (!device.querySelector('[data-renew]')) return;
    // a code that nobody looks at is not made
    else if (document.hidden) document.addEventListener('visibilitychange', renew, { once: true });
    else void renew().then(() => setTimeout(tick, pause));
  };
  tick();
}

function begin() {
  for (const time of device.querySelectorAll('time[data-left]')) count(time);
  if (!leaving) device.querySelector('form[data-go]')?.requestSubmit();
}

/** A part that an address names is opened, also when one is on the page already. */
function openNamed() {
  const named = location.hash && document.getElementById(location.hash.slice(1));
  if (named?.tagName === 'DETAILS') named.open = true;
}

if (device?.dataset.follow) follow(device.dataset.follow, () => device.dataset.news);
const waiting = document.querySelector('#waiting[data-request]');
if (waiting) follow(waiting.dataset.request, () => document.querySelector('#waiting')?.dataset.state);
if (device) begin();
openNamed();
addEventListener('hashchange', openNamed);
