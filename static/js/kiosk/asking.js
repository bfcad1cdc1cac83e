/** What the pages of tablet and staff ask the service for, besides what flows over sockets. */
import { _ } from '../words.js';

/**
 * @param {string} path
 * @param {Record<string, unknown>} [asked]
 * @returns {Promise<{ good: boolean, told: any, retryS: number }>}
 */
export async function post(path, asked = {}) {
  try {
    const answer = await fetch(`${path}?lang=${document.documentElement.lang}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(asked),
    });
    const retryS = Number(answer.headers.get('Retry-After') ?? 0);
    return { good: answer.ok, told: await answer.json(), retryS };
  } catch {
    return { good: false, told: { message: _('The mirror cannot be reached: is this device in its network?') }, retryS: 0 };
  }
}

/**
 * A form that says one secret; after too many wrong ones it is shut for a while.
 * @param {HTMLFormElement} form
 * @param {string} path
 * @param {string} name of the field
 * @param {HTMLElement} said
 * @param {() => void} inside
 */
export function door(form, path, name, said, inside) {
  const field = /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
  const button = /** @type {HTMLButtonElement} */ (form.querySelector('button'));
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    button.disabled = true;
    const { good, told, retryS } = await post(path, { [name]: field.value });
    field.value = '';
    if (good) return inside();
    for (let left = retryS; left > 0; left -= 1) {
      said.textContent = _('Too many wrong tries: the door opens again in {seconds} s.', { seconds: left });
      await new Promise((later) => setTimeout(later, 1000));
    }
    said.textContent = retryS ? '' : told.message;
    button.disabled = false;
    field.focus();
  });
}
