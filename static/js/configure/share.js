/** A design kept under a short code: shared, copied, scanned, compared. */
import { Refusal, request } from '../service.js';
import { _ } from '../words.js';

/** @typedef {import('../service.js').Configuration} Configuration */

const WORDS = {
  copied: () => _('The link is copied.'),
  /** @param {string} name */
  title: (name) => _('A design: {name}', { name }),
  keptA: () => _('Kept. Now change what you like, then compare.'),
  compare: () => _('Compare both designs'),
  subject: () => _('My design'),
};

/** @param {string[]} pieces hashes @returns {Promise<{ code: string, link: string }>} */
export function save(pieces) {
  return request('/api/v1/designs', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Accept-Language': document.documentElement.lang },
    body: JSON.stringify({ pieces }),
  });
}

/** @param {() => Configuration} now */
export function offerSharing(now) {
  const leaf = /** @type {HTMLDialogElement} */ (document.querySelector('#share'));
  const find = (/** @type {string} */ place) => /** @type {HTMLElement} */ (document.querySelector(place));
  const link = /** @type {HTMLAnchorElement} */ (leaf.querySelector('[data-link]'));
  const code = /** @type {HTMLImageElement} */ (leaf.querySelector('[data-qr]'));
  find('[data-save]').addEventListener('click', async () => {
    try {
      const { product, options, hash } = now();
      const kept = await save([hash]);
      find('[data-code]').textContent = kept.code;
      link.textContent = kept.link.replace(/^https?:\/\//, '');
      link.href = kept.link;
      code.src = `/api/v1/qr/${product}.svg?${new URLSearchParams({ ...options, to: 'configure' })}`;
      code.hidden = false;
      find('[data-shared]').textContent = '';
      leaf.showModal();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      find('[data-kept]').textContent = error.message;
    }
  });
  find('[data-send]').hidden = !('share' in navigator);
  find('[data-send]').addEventListener('click', () => {
    navigator.share({ title: WORDS.title(now().description), url: link.href }).catch(() => undefined); // closed unsent
  });
  find('[data-copy]').addEventListener('click', async () => {
    await navigator.clipboard.writeText(link.href);
    find('[data-shared]').textContent = WORDS.copied();
  });
  find('[data-print]').addEventListener('click', () => print());
  offerComparing(now, find('[data-compare]'), find('[data-kept]'));
  const mail = /** @type {HTMLAnchorElement | null} */ (document.querySelector('[data-mail]'));
  mail?.addEventListener('click', () => {
    const body = `${now().description}\n${location.href}`;
    mail.href = `mailto:${mail.dataset.mail}?${new URLSearchParams({ subject: WORDS.subject(), body })}`.replaceAll('+', '%20');
  });
}

/**
 * The first press keeps a design, the second shows it beside the one of that moment.
 * @param {() => Configuration} now
 * @param {HTMLElement} button
 * @param {HTMLElement} status
 */
function offerComparing(now, button, status) {
  let kept = '';
  button.addEventListener('click', () => {
    if (!kept) {
      kept = now().hash;
      button.textContent = WORDS.compare();
      status.textContent = WORDS.keptA();
      return;
    }
    const query = new URLSearchParams([['piece', kept], ['piece', now().hash]]);
    const lang = new URLSearchParams(location.search).get('lang');
    if (lang) query.set('lang', lang);
    location.assign(`/compare?${query}`);
  });
}
