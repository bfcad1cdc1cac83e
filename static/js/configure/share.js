/** A design kept under a short code: shared, copied, scanned, compared. */
import { memory } from '../memory.js';
import { Refusal, chosen, request } from '../service.js';
import { _ } from '../words.js';

/** @typedef {import('../service.js').Configuration} Configuration */

const WORDS = {
  copied: () => _('The link is copied.'),
  /** @param {string} name */
  title: (name) => _('A design: {name}', { name }),
  copyYourself: () => _('The link is marked; copy it from there.'),
  kept: () => _('Kept. Change what you like, or go to another piece, then compare.'),
  /** @param {string} design */
  waits: (design) => _('Kept to compare: {design}.', { design }),
  compare: () => _('Compare both designs'),
  subject: () => _('My design'),
};

const PLACE = 'parure.compared'; // where a design that waits for another is remembered
const visit = memory('sessionStorage');

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
    const copied = await copy(link);
    find('[data-shared]').textContent = copied ? WORDS.copied() : WORDS.copyYourself();
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
 * @param {HTMLAnchorElement} link
 * @returns {Promise<boolean>} false: the browser does not let the page, and the link is marked instead
 */
async function copy(link) {
  try {
    await navigator.clipboard.writeText(link.href);
    return true;
  } catch {
    getSelection()?.selectAllChildren(link); // no https, or no leave
    return false;
  }
}

/**
 * The first press keeps a design, the second shows it beside the one of that moment, on this page or
 * another piece's.
 * @param {() => Configuration} now
 * @param {HTMLElement} button
 * @param {HTMLElement} status
 */
function offerComparing(now, button, status) {
  const keep = button.textContent ?? '';
  const show = () => {
    const waits = kept();
    button.textContent = waits ? WORDS.compare() : keep;
    status.textContent = waits ? WORDS.waits(waits.design) : '';
  };
  button.addEventListener('click', () => {
    const waits = kept();
    if (!waits) {
      const design = `${document.querySelector('h1')?.textContent}, ${now().description}`;
      visit.setItem(PLACE, JSON.stringify({ hash: now().hash, design }));
      show();
      status.textContent = WORDS.kept();
      return;
    }
    visit.removeItem(PLACE);
    const query = new URLSearchParams([['piece', waits.hash], ['piece', now().hash]]);
    for (const [name, value] of chosen()) query.set(name, value);
    location.assign(`/compare?${query}`);
  });
  addEventListener('pageshow', show); // also of who comes back from comparing
}

/** @returns {{ hash: string, design: string } | null} */
function kept() {
  return JSON.parse(visit.getItem(PLACE) ?? 'null');
}
