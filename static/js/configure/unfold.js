/** The choosers of a form that came folded: one file for each product and language, kept by the browser. */
import { panels } from './form.js';

/**
 * Put in what each panel lets choose; panels of options that decide nothing now come with it, hidden.
 * A form that cannot have them keeps the links it came with.
 * @param {HTMLFormElement} form
 * @returns {Promise<HTMLDetailsElement[]>} panels that have theirs now, not yet as they were chosen
 */
export async function unfold(form) {
  const text = await fetched(form.dataset.choosers ?? '');
  if (text === null) return [];
  const page = new DOMParser().parseFromString(text, 'text/html');
  const few = form.hasAttribute('data-few');
  const changed = [];
  /** @type {Element | null} */
  let before = null;
  for (const fresh of panels(page)) {
    const here = panels(form).find((panel) => panel.dataset.option === fresh.dataset.option);
    if (!here && few) continue;
    if (!here) place(form, before, fresh);
    if (!here || fill(here, fresh)) changed.push(here ?? fresh);
    before = here ?? fresh;
  }
  document.body.append(...page.querySelectorAll('dialog'));
  return changed;
}

/**
 * @param {HTMLFormElement} form
 * @param {Element | null} before
 * @param {HTMLDetailsElement} fresh
 */
function place(form, before, fresh) {
  if (before) before.after(fresh);
  else form.prepend(fresh);
}

/**
 * @param {HTMLDetailsElement} here
 * @param {HTMLDetailsElement} fresh
 * @returns {boolean} false: it came unfolded
 */
function fill(here, fresh) {
  const chooser = /** @type {HTMLElement} */ (here.querySelector('.chooser'));
  if (chooser.querySelector('[name]')) return false;
  chooser.replaceChildren(.../** @type {HTMLElement} */ (fresh.querySelector('.chooser')).childNodes);
  return true;
}

/** @param {string} address */
async function fetched(address) {
  try {
    const answer = await fetch(address);
    return answer.ok ? await answer.text() : null;
  } catch {
    return null; // out of reach
  }
}
