/** The page /kiosk/photo on the client's phone: fetches the closed picture once and opens it. */
import { _ } from '../words.js';
import { opened } from './closing.js';

const sheet = /** @type {HTMLElement} */ (document.querySelector('[data-place]'));
const said = /** @type {HTMLElement} */ (document.querySelector('[data-said]'));
const asked = /** @type {HTMLButtonElement} */ (document.querySelector('[data-fetch]'));
const picture = /** @type {HTMLImageElement} */ (document.querySelector('[data-picture]'));
const kept = /** @type {HTMLElement} */ (document.querySelector('[data-kept]'));
const key = location.hash.slice(1);
history.replaceState(null, '', location.pathname + location.search); // the key stays in no history

asked.addEventListener('click', async () => {
  asked.disabled = true;
  try {
    const answer = await fetch(`/api/v1/kiosk/photos/${sheet.dataset.place}`, { method: 'POST' });
    if (!answer.ok) throw new Error((await answer.json()).message);
    show(await opened(await answer.arrayBuffer(), key));
  } catch (error) {
    const told = error instanceof Error && error.message.includes(' ') ? error.message : '';
    said.textContent = told || _('The picture could not be opened: scan the code on the mirror again.');
  }
  asked.hidden = true;
});
if (!key) {
  asked.hidden = true;
  said.textContent = _('The picture could not be opened: scan the code on the mirror again.');
}

/** @param {Uint8Array<ArrayBuffer>} jpeg */
function show(jpeg) {
  const address = URL.createObjectURL(new Blob([jpeg], { type: 'image/jpeg' }));
  picture.src = address;
  picture.hidden = kept.hidden = false;
  /** @type {HTMLAnchorElement} */ (document.querySelector('[data-keep]')).href = address;
  said.textContent = _('It is on this phone alone now: the mirror keeps nothing.');
}
