import { quickLookAddress, sceneViewerAddress, seesRoom, wayOf } from './ar.js';
import { ours } from './home.js';
import { _ } from './words.js';

/** @typedef {import('./ar.js').Way} Way */
/** @typedef {import('./ar.js').Shown} Shown */
/** @typedef {import('./augmented/session.js').RoomSession} RoomSession */

/**
 * <parure-ar>: one button into augmented reality, by the way that this device has. Set `shown`.
 *
 * Fires "ar" with `{ way }` before it goes; a listener that prevents the default goes its own way. While
 * the page itself shows the room, `room` is that session.
 */
export class ParureAR extends HTMLElement {
  /** @type {Shown | undefined} */ #shown;
  /** @type {AbortController | undefined} */ #connection;
  #button = document.createElement('button');
  #said = document.createElement('p');
  #sees = false; // whether the page itself can show it in the room
  /** @type {RoomSession | undefined} */ room;
  /** @type {HTMLDialogElement | undefined} */ #dialog;

  connectedCallback() {
    this.#connection = new AbortController();
    const { signal } = this.#connection;
    this.#button.type = 'button';
    this.#button.className = 'button ar';
    this.#button.textContent = _('See it in your room');
    this.#button.hidden = this.#shown === undefined;
    this.#button.addEventListener('click', this.#go, { signal });
    this.#said.className = 'status';
    this.#said.setAttribute('role', 'status');
    this.prepend(this.#button, this.#said);
    seesRoom(navigator.xr).then((sees) => (this.#sees = sees));
  }

  disconnectedCallback() {
    this.#connection?.abort();
    this.room?.close();
    this.#dialog?.remove();
    this.#dialog = undefined;
  }

  /** What is looked at. @param {{ name: string, options?: Record<string, string>, urls: { model: string, page: string } }} configuration */
  set shown({ name, options = {}, urls }) {
    this.#shown = { name, options, model: ours(urls.model), page: ours(urls.page) };
    this.#button.hidden = false;
  }

  /** @returns {Way} */
  get way() {
    return this.#sees ? 'web-xr' : wayOf(document, navigator);
  }

  #go = () => {
    if (!this.#shown) return;
    const { way } = this;
    const going = new CustomEvent('ar', { detail: { way }, bubbles: true, composed: true, cancelable: true });
    if (!this.dispatchEvent(going)) return;
    this.#said.textContent = '';
    if (way === 'web-xr') this.#enter(this.#shown);
    else if (way === 'hand-over') this.#handOver(this.#shown);
    else this.#leave(way, this.#shown);
  };

  /**
   * Shows it in the room, in this very page. Where that fails the next press goes another way.
   * @param {Shown} shown
   */
  async #enter(shown) {
    if (this.room) return;
    this.#button.disabled = true;
    try {
      const { RoomSession } = await import('./augmented/session.js');
      this.room = await RoomSession.open(/** @type {XRSystem} */ (navigator.xr), shown, this);
      await this.room.ended;
    } catch (error) {
      this.#sees = false;
      const refused = error instanceof DOMException && error.name === 'NotAllowedError';
      this.#said.textContent = refused
        ? _('Your room cannot be shown without the camera. Press again to see the piece another way.')
        : _('Your room cannot be shown in this browser. Press again to see the piece another way.');
    } finally {
      this.room = undefined;
      this.#button.disabled = false;
      if (this.isConnected) this.#button.focus();
    }
  }

  /**
   * @param {Way} way
   * @param {Shown} shown
   */
  #leave(way, shown) {
    const link = document.createElement('a');
    if (way === 'quick-look') {
      link.rel = 'ar';
      link.append(document.createElement('img')); // Safari takes only links around one picture
      link.href = quickLookAddress(shown);
    } else {
      link.href = sceneViewerAddress(shown);
    }
    link.click();
  }

  /** @param {Shown} shown */
  #handOver({ name, page }) {
    const dialog = (this.#dialog ??= this.#makeDialog());
    const picture = /** @type {HTMLImageElement} */ (dialog.querySelector('img'));
    const address = new URL(page);
    const product = /** @type {string} */ (address.pathname.split('/').at(-1));
    picture.src = ours(`/api/v1/qr/${product}.svg${address.search}`);
    picture.alt = _('A code that opens {name} on your phone', { name });
    dialog.showModal();
  }

  #makeDialog() {
    const dialog = document.createElement('dialog');
    const title = document.createElement('h2');
    const picture = document.createElement('img');
    const words = document.createElement('p');
    const close = document.createElement('button');
    dialog.className = 'hand-over';
    title.textContent = _('See it in your room');
    title.id = 'parure-ar-title';
    dialog.setAttribute('aria-labelledby', title.id);
    picture.width = picture.height = 240;
    picture.crossOrigin = 'anonymous';
    words.textContent = _('Point your phone’s camera at the code: the piece appears before you at its true size.');
    close.type = 'button';
    close.className = 'quiet';
    close.textContent = _('Close');
    close.addEventListener('click', () => dialog.close());
    dialog.addEventListener('click', (event) => event.target === dialog && dialog.close());
    dialog.append(title, picture, words, close);
    this.append(dialog);
    return dialog;
  }
}

customElements.define('parure-ar', ParureAR);
