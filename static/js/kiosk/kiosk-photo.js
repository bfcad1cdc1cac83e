/** The page /kiosk/photo on the client's phone: fetches the closed picture once and opens it. */
import { opened } from './closing.js';

const picture = /** @type {HTMLImageElement} */ (document.querySelector('[data-picture]'));
const said = /** @type {HTMLElement} */ (document.querySelector('[data-said]'));

const answer = await fetch(`/api/v1/kiosk/photos/${picture.dataset.place}`, { method: 'POST' });
if (answer.ok) {
  const jpeg = await opened(await answer.arrayBuffer(), location.hash.slice(1));
  picture.src = URL.createObjectURL(new Blob([jpeg], { type: 'image/jpeg' }));
  picture.hidden = false;
  history.replaceState(null, '', location.pathname); // the key stays in no history
} else {
  said.textContent = (await answer.json()).message;
}
