/** The form of options: a configuration written into it, and what is chosen said in words. */
import { figures } from '../words.js';

/** @typedef {import('../service.js').Configuration} Configuration */
/** @typedef {HTMLInputElement | HTMLSelectElement} Control */

const AGAIN_MS = 5_000; // until a picture that a busy service did not draw is asked for again
const TIMES = 12;

/**
 * Write a configuration into panels of the form; options that decide nothing now step back.
 * @param {HTMLDetailsElement[]} among
 * @param {{ options: Record<string, string>, idle: string[] }} configuration
 */
export function fill(among, { options, idle }) {
  for (const panel of among) {
    const id = /** @type {string} */ (panel.dataset.option);
    panel.hidden = idle.includes(id);
    for (const input of controls(panel, id)) write(panel, input, options[id]);
    for (const ball of /** @type {NodeListOf<HTMLElement>} */ (panel.querySelectorAll('[data-swatch]'))) {
      ball.setAttribute('src', (ball.dataset.swatch ?? '').replace('{metal}', options.metal ?? 'platinum_950'));
    }
    name(panel);
  }
}

/**
 * @param {HTMLDetailsElement} panel
 * @param {Control} input
 * @param {string} value
 */
function write(panel, input, value) {
  if (input instanceof HTMLInputElement && input.type === 'radio') {
    input.checked = input.value === value;
    const more = input.closest('details');
    if (input.checked && more !== panel) more?.setAttribute('open', '');
  } else if (document.activeElement !== input || input.value !== value) input.value = value;
  if (input instanceof HTMLSelectElement && input.value !== value) {
    const words = input.options.length && said(panel).textContent;
    input.add(new Option(words || value, value, true, true)); // a size of another system
  }
}

/**
 * Say in a panel's head what is chosen in it.
 * @param {HTMLDetailsElement} panel
 */
export function name(panel) {
  const output = said(panel);
  for (const input of controls(panel, /** @type {string} */ (panel.dataset.option))) {
    if (input instanceof HTMLSelectElement) output.textContent = input.selectedOptions[0]?.text ?? input.value;
    else if (input.type === 'range') {
      output.textContent = measured(input);
      input.setAttribute('aria-valuetext', measured(input));
    } else if (input.type === 'text') output.textContent = input.value || '–';
    else if (input.checked) {
      output.textContent = input.closest('label')?.querySelector('[data-name]')?.textContent ?? input.value;
    }
  }
}

/**
 * Draw what an opened panel shows: cuts are fetched no sooner.
 * @param {HTMLDetailsElement} panel
 */
export function picture(panel) {
  for (const cut of /** @type {NodeListOf<SVGElement>} */ (panel.querySelectorAll('[data-cut]'))) {
    cut.setAttribute('href', cut.dataset.cut ?? '');
    cut.removeAttribute('data-cut');
  }
}

/**
 * A number with its unit, as the page's language writes it.
 * @param {HTMLInputElement} input
 */
export function measured(input) {
  const language = document.documentElement.lang || 'en';
  const words = figures(language, { most: 4 }).format(Number(input.value));
  return (input.dataset.unit || '{number}').replace('{number}', words);
}

/**
 * @param {ParentNode} form
 * @returns {HTMLDetailsElement[]}
 */
export function panels(form) {
  return [.../** @type {NodeListOf<HTMLDetailsElement>} */ (form.querySelectorAll('details[data-option]'))];
}

/** @param {HTMLElement} panel */
function said(panel) {
  return /** @type {HTMLElement} */ (panel.querySelector('[data-value]'));
}

/**
 * @param {HTMLElement} panel
 * @param {string} id
 */
function controls(panel, id) {
  return /** @type {NodeListOf<Control>} */ (panel.querySelectorAll(`[name="${id}"]`));
}

/**
 * Lets pictures that did not come stay unseen, and asks for them again.
 * @param {HTMLFormElement} form
 */
export function patient(form) {
  form.addEventListener('error', ({ target }) => {
    if (!(target instanceof HTMLImageElement)) return;
    const tried = Number(target.dataset.tried ?? 0) + 1;
    target.dataset.tried = String(tried);
    if (tried <= TIMES) setTimeout(() => (target.src = target.src), AGAIN_MS);
  }, { capture: true });
  form.addEventListener('load', ({ target }) => {
    if (target instanceof HTMLImageElement) delete target.dataset.tried;
  }, { capture: true });
}
