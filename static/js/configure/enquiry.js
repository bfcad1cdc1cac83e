/** A question about a design, or an appointment with it: handed over to the house. */
import { Refusal, request } from '../service.js';
import { _ } from '../words.js';

/** @typedef {import('../service.js').Configuration} Configuration */

const WORDS = {
  sent: () => _('The house has your message and your design. It will answer you.'),
};

/** @param {() => Configuration} now */
export function offerEnquiry(now) {
  const form = /** @type {HTMLFormElement | null} */ (document.querySelector('#enquiry'));
  form?.addEventListener('submit', async (event) => {
    event.preventDefault();
    const status = /** @type {HTMLElement} */ (form.querySelector('[data-asked]'));
    const button = /** @type {HTMLButtonElement} */ (form.querySelector('button'));
    const fields = Object.fromEntries(new FormData(form));
    button.disabled = true;
    try {
      await request('/api/v1/enquiries', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'Accept-Language': document.documentElement.lang },
        body: JSON.stringify({ ...fields, pieces: [now().hash] }),
      });
      form.reset();
      status.textContent = WORDS.sent();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      status.textContent = error.message;
    } finally {
      button.disabled = false;
    }
  });
}
