// Passkeys. On the page of a sign-in: a button, and the passkeys among what the browser offers to fill in. On the page
// of one's own: to add one, and to tell the browser which are still good. Without this script, or where the browser
// cannot, nothing of it shows.
const credentials = globalThis.PublicKeyCredential;
const { hostname } = location;

/** Milliseconds; the server's challenges are good for five minutes. */
const fresh = 4 * 60_000;

const form = document.querySelector('form[data-passkey]');
if (form && can(form)) void (form.dataset.passkey === 'get' ? offerSignIn() : offerCreation());
else for (const line of document.querySelectorAll('[data-say="unable"]')) line.hidden = false;
void tellBrowser();

function can({ dataset }) {
  const { rpId, rp } = JSON.parse(dataset.options);
  const site = rpId ?? rp.id;
  return (
    credentials?.parseRequestOptionsFromJSON !== undefined && (hostname === site || hostname.endsWith(`.${site}`))
  );
}

function say(what) {
  for (const line of form.querySelectorAll('[data-say]')) line.hidden = line.dataset.say !== what;
}

/** Hands over what the passkey said, as any form is sent. */
function send(credential) {
  form.elements.namedItem('credential').value = JSON.stringify(credential);
  form.submit();
}

async function offerSignIn() {
  let asked = performance.now();
  let waiting = new AbortController();
  form.hidden = false;

  /** Asks the page again when its challenge is old: whoever sits before it may have been away. */
  async function options() {
    if (performance.now() - asked > fresh) {
      const answer = await fetch(form.action.replace(/\/passkey$/, ''), { headers: { accept: 'text/html' } });
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      form.dataset.options = page.querySelector('form[data-passkey]')?.dataset.options ?? form.dataset.options;
      asked = performance.now();
    }
    return credentials.parseRequestOptionsFromJSON(JSON.parse(form.dataset.options));
  }

  /** Among what is offered for the number's field; asked again before the challenge is old. */
  async function fill() {
    if (!(await credentials.isConditionalMediationAvailable?.())) return;
    const { signal } = waiting;
    const renew = setTimeout(() => {
      waiting.abort();
      waiting = new AbortController();
      void fill();
    }, fresh + 1000);
    try {
      send(await navigator.credentials.get({ publicKey: await options(), mediation: 'conditional', signal }));
    } catch {
      // nobody chose one, or the button was pressed instead
    } finally {
      clearTimeout(renew);
    }
  }

  form.querySelector('button').addEventListener('click', async () => {
    waiting.abort();
    say('');
    try {
      send(await navigator.credentials.get({ publicKey: await options() }));
    } catch {
      say('stopped');
      waiting = new AbortController();
      void fill();
    }
  });
  await fill();
}

function offerCreation() {
  const name = form.elements.namedItem('name');
  name.value ||= navigator.userAgentData?.platform ?? '';
  form.hidden = false;
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    say('');
    try {
      const publicKey = credentials.parseCreationOptionsFromJSON(JSON.parse(form.dataset.options));
      send(await navigator.credentials.create({ publicKey }));
    } catch (error) {
      say(error.name === 'InvalidStateError' ? 'exists' : 'stopped');
    }
  });
}

/** What the server knows, so that the browser offers no passkey that is good for nothing (Signal API). */
async function tellBrowser() {
  const { unknown } = form?.dataset ?? {};
  const list = document.querySelector('[data-signals]');
  try {
    if (unknown) {
      const { rpId } = JSON.parse(form.dataset.options);
      await credentials?.signalUnknownCredential?.({ rpId, credentialId: unknown });
    }
    if (list) {
      const { rpId, userId, name, displayName, allAcceptedCredentialIds } = JSON.parse(list.dataset.signals);
      await credentials?.signalAllAcceptedCredentials?.({ rpId, userId, allAcceptedCredentialIds });
      await credentials?.signalCurrentUserDetails?.({ rpId, userId, name, displayName });
    }
  } catch {
    // a browser that will not be told is none the worse
  }
}
