// A form is sent once. With a second press the browser drops the answer to the first, and what was right is told that it came
// too late. Without this script it is as it always was.
/** Milliseconds until it may be sent again though its page is still there: somebody has stopped it. */
const pause = 10_000;
let sent = new WeakMap();

addEventListener('submit', (event) => {
  const { target: form, timeStamp: now, defaultPrevented } = event;
  if (defaultPrevented) return;
  if (now - (sent.get(form) ?? -pause) < pause) event.preventDefault();
  else sent.set(form, now);
});

// back from where it led to
addEventListener('pageshow', () => {
  sent = new WeakMap();
});
