// Reading a QR code: by camera, from a picture, or from the address that a real phone's camera has opened. Whatever is
// read is posted by the page's own form; without this script the text is pasted into it.
const form = document.querySelector('[data-code-form]');
const scanner = document.querySelector('[data-scanner]');
const video = scanner.querySelector('video');
const said = scanner.querySelector('[data-said]');
const camera = scanner.querySelector('[data-camera]');

/** The browser's own reader, or ours where it has none for QR codes. */
async function reader() {
  const own = await globalThis.BarcodeDetector?.getSupportedFormats().catch(() => []);
  const { BarcodeDetector } = own?.includes('qr_code') ? globalThis : await import('/assets/qr/decode.js');
  return new BarcodeDetector({ formats: ['qr_code'] });
}

function send(code) {
  form.elements.code.value = code;
  form.requestSubmit();
}

/** What the first code in a picture says; nothing where there is none. */
async function read(detector, picture) {
  const [found] = await detector.detect(picture).catch(() => []);
  return found?.rawValue;
}

async function look() {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
  addEventListener('pagehide', () => stop(stream));
  video.srcObject = stream;
  video.hidden = false;
  await video.play();
  said.textContent = scanner.dataset.reading;
  const detector = await reader();
  while (video.isConnected && stream.active) {
    const code = await read(detector, video);
    if (code) {
      stop(stream);
      return send(code);
    }
    await new Promise((ready) => setTimeout(ready, 200));
  }
  return undefined;
}

function stop(stream) {
  for (const track of stream.getTracks()) track.stop();
}

async function open(file) {
  said.textContent = '';
  const bitmap = await createImageBitmap(file).catch(() => undefined);
  const code = bitmap && (await read(await reader(), bitmap));
  if (code) send(code);
  else said.textContent = scanner.dataset.nothing;
}

scanner.hidden = false;
if (!navigator.mediaDevices?.getUserMedia) camera.hidden = true;
camera.addEventListener('click', () => {
  camera.disabled = true;
  look().catch(() => {
    camera.disabled = false;
    video.hidden = true;
    said.textContent = scanner.dataset.denied;
  });
});
scanner.querySelector('[data-picture]').addEventListener('change', ({ target }) => {
  if (target.files[0]) void open(target.files[0]);
});

// the address of a code has what it says behind the #, which no server and no log has seen
if (location.hash.length > 1) {
  const code = location.href;
  history.replaceState(null, '', location.pathname);
  send(code);
}
