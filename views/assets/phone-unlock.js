// The phone's own lock instead of the passcode: a passkey of its holder on this device answers the request. Where the
// browser has no authenticator of its own, nothing of it shows.
const credentials = globalThis.PublicKeyCredential;
const box = document.querySelector('[data-unlock]');

if (box && credentials?.parseRequestOptionsFromJSON) void offer();

async function offer() {
  if (!(await credentials.isUserVerifyingPlatformAuthenticatorAvailable())) return;
  box.hidden = false;
  box.querySelector('button').addEventListener('click', async ({ target }) => {
    const { form } = target;
    try {
      const publicKey = credentials.parseRequestOptionsFromJSON(JSON.parse(box.dataset.unlock));
      const answer = await navigator.credentials.get({ publicKey });
      form.elements.namedItem('passkey').value = JSON.stringify(answer);
      form.requestSubmit(form.querySelector('button.primary'));
    } catch {
      // the person thought better of it, and has the passcode
    }
  });
}
