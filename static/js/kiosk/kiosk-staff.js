/** The page /kiosk/staff: health, use and pairing. Plain for now. */

const said = /** @type {HTMLElement} */ (document.querySelector('[data-said]'));
const entering = /** @type {HTMLFormElement | null} */ (document.querySelector('form[data-enter]'));
const EVERY_MS = 2000;

/**
 * @param {string} path
 * @param {Record<string, unknown>} asked
 */
async function post(path, asked) {
  const answer = await fetch(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(asked),
  });
  const document = await answer.json();
  if (!answer.ok) said.textContent = document.message;
  return answer.ok ? document : null;
}

if (entering) {
  entering.addEventListener('submit', async (event) => {
    event.preventDefault();
    const pin = String(new FormData(entering).get('pin'));
    if (await post('/api/v1/kiosk/staff', { pin })) location.reload();
  });
} else {
  const figures = /** @type {HTMLElement} */ (document.querySelector('[data-figures]'));
  const code = /** @type {HTMLElement} */ (document.querySelector('[data-code]'));
  const picture = /** @type {HTMLImageElement} */ (document.querySelector('[data-qr]'));
  const look = async () => {
    const answer = await fetch('/api/v1/kiosk/health');
    if (!answer.ok) return location.reload();
    figures.textContent = JSON.stringify(await answer.json(), null, 2);
    setTimeout(look, EVERY_MS);
  };
  look();
  document.querySelector('[data-offer]')?.addEventListener('click', async () => {
    const offer = await post('/api/v1/kiosk/offer', {});
    if (!offer) return;
    code.textContent = offer.code;
    picture.src = offer.qr;
    picture.hidden = false;
  });
}
