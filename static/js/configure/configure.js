/** The configurator: every choice goes to the server, which decides; the page follows. */
import '../parure-viewer.js';
import { Refusal, configure } from '../service.js';
import { about, besideStone } from './about.js';
import { preview } from './engraving.js';
import { offerEnquiry } from './enquiry.js';
import { explain, mark, possible, silent } from './explain.js';
import { fill, name, panels } from './form.js';
import { offerSharing } from './share.js';
import { tell } from './sheet.js';
import { Timeline } from './timeline.js';

/** @typedef {import('../service.js').Configuration} Configuration */
/** @typedef {import('../parure-viewer.js').ParureViewer} Viewer */

const form = /** @type {HTMLFormElement} */ (document.querySelector('#options'));
const viewer = /** @type {Viewer} */ (document.querySelector('[data-viewer]'));
const status = /** @type {HTMLElement} */ (document.querySelector('.atelier-work > [data-status]'));
const data = /** @type {HTMLElement} */ (document.querySelector('#configuration'));
const KEPT = ['lang', 'currency'];
const WORN = ['metals', 'transparent_gems', 'gems']; // what a piece can put on without a new shape

/** @type {Configuration} */
const first = JSON.parse(data.textContent ?? '');
const timeline = new Timeline(first);
/** @type {AbortController | undefined} */
let asking;
/** @type {AbortController | undefined} */
let looking;
let lastChanged = '';

/** @param {Configuration} configuration */
function addressOf(configuration) {
  const address = new URL(configuration.urls.page, location.href);
  address.pathname = `/configure/${configuration.product}`;
  const here = new URLSearchParams(location.search);
  for (const kept of KEPT) {
    const value = here.get(kept);
    if (value) address.searchParams.set(kept, value);
  }
  return address.pathname + address.search;
}

/**
 * Show a configuration everywhere.
 * @param {Configuration} configuration
 */
function adopt(configuration) {
  fill(form, configuration);
  viewer.show(configuration);
  tell(configuration);
  for (const panel of panels(form)) silent(panel);
  status.textContent = '';
  mayUndo();
  lookAhead();
  about(configuration);
  preview(form);
}

/**
 * What only changes materials is shown at once; the server's answer follows.
 * @param {Record<string, string>} change
 * @param {HTMLElement | undefined} panel
 */
function showAhead(change, panel) {
  if (!viewer.drawn || !panel || !WORN.includes(panel.dataset.source ?? '')) return;
  const { options, ...rest } = timeline.now;
  viewer.show({ ...rest, options: { ...options, ...change } });
}

function mayUndo() {
  /** @type {HTMLButtonElement} */ (document.querySelector('[data-undo]')).disabled = !timeline.canUndo;
  /** @type {HTMLButtonElement} */ (document.querySelector('[data-redo]')).disabled = !timeline.canRedo;
}

/**
 * The address follows; one entry of the browser's history for each option that was turned to.
 * @param {Configuration} configuration
 * @param {string} changed
 */
function goTo(configuration, changed) {
  const way = changed === lastChanged ? 'replaceState' : 'pushState';
  lastChanged = changed;
  history[way](null, '', addressOf(configuration));
}

/**
 * @param {Record<string, string>} change
 * @param {HTMLDetailsElement} [panel] where it was chosen
 */
async function choose(change, panel) {
  asking?.abort();
  const mine = new AbortController();
  asking = mine;
  const { product, options } = timeline.now;
  showAhead(change, panel);
  try {
    const configuration = await configure(product, { ...options, ...change }, mine.signal);
    if (mine.signal.aborted) return;
    timeline.push(configuration);
    goTo(configuration, Object.keys(change)[0]);
    adopt(configuration);
  } catch (error) {
    if (mine.signal.aborted) return;
    if (!(error instanceof Refusal)) throw error;
    viewer.show(timeline.now);
    await refused(change, panel, error.message, mine.signal);
  }
}

/**
 * @param {Record<string, string>} change
 * @param {HTMLDetailsElement | undefined} panel
 * @param {string} message
 * @param {AbortSignal} signal
 */
async function refused(change, panel, message, signal) {
  const { product, options } = timeline.now;
  if (!panel) {
    status.textContent = message;
    return;
  }
  const [option, value] = Object.entries(change)[0];
  explain(panel, { because: message, changes: [] }, () => {});
  const found = await possible(product, options, option, { value, signal }).catch(() => null);
  if (!found?.conflict || signal.aborted) return;
  explain(panel, found.conflict, (help) => choose({ ...change, [help.option]: help.value }, panel));
}

/** Ask what the open option could be now, and mark what does not go. */
async function lookAhead() {
  looking?.abort();
  const open = panels(form).find((panel) => panel.open && !panel.hidden);
  if (!open || open.dataset.control === 'text') return;
  looking = new AbortController();
  const { signal } = looking;
  const { product, options } = timeline.now;
  try {
    const found = await possible(product, options, open.dataset.option ?? '', { signal });
    if (!signal.aborted) mark(open, found);
  } catch (error) {
    if (!signal.aborted && !(error instanceof Refusal)) throw error;
  }
}

/**
 * @param {HTMLElement} inside
 * @returns {HTMLDetailsElement | undefined}
 */
function panelOf(inside) {
  return inside.closest('details[data-option]') ?? undefined;
}

/** @param {-1 | 1} way */
function step(way) {
  asking?.abort();
  const configuration = way < 0 ? timeline.undo() : timeline.redo();
  lastChanged = '';
  history.pushState(null, '', addressOf(configuration));
  adopt(configuration);
}

/** Back and forward in the browser: the address says what is shown. */
async function follow() {
  const [, , product] = location.pathname.split('/');
  const query = new URLSearchParams(location.search);
  for (const kept of KEPT) query.delete(kept);
  lastChanged = '';
  asking?.abort();
  const mine = new AbortController();
  asking = mine;
  try {
    const configuration = await configure(product, Object.fromEntries(query), mine.signal);
    if (mine.signal.aborted) return;
    timeline.push(configuration);
    adopt(configuration);
  } catch (error) {
    if (mine.signal.aborted) return;
    if (!(error instanceof Refusal)) throw error;
    status.textContent = error.message;
  }
}

form.addEventListener('submit', (event) => event.preventDefault());
form.addEventListener('input', (event) => {
  const input = /** @type {HTMLInputElement} */ (event.target);
  const panel = panelOf(input);
  if (panel) name(panel);
  if (input.name === 'carat') besideStone(form);
  if (input.name === 'engraving' || input.name === 'typeface') preview(form);
});
form.addEventListener('change', (event) => {
  const input = /** @type {HTMLInputElement} */ (event.target);
  choose({ [input.name]: input.value }, panelOf(input));
});
form.addEventListener('click', (event) => {
  const button = /** @type {HTMLElement} */ (event.target).closest('[data-step]');
  const range = button?.parentElement?.querySelector('input');
  if (!(button instanceof HTMLElement) || !range) return;
  if (Number(button.dataset.step) > 0) range.stepUp();
  else range.stepDown();
  range.dispatchEvent(new Event('input', { bubbles: true }));
  range.dispatchEvent(new Event('change', { bubbles: true }));
});
for (const panel of panels(form)) {
  panel.addEventListener('toggle', () => {
    if (!panel.open) return;
    lookAhead();
    preview(form);
    panel.scrollIntoView({ block: 'nearest' });
  });
}
for (const opener of document.querySelectorAll('[data-opens]')) {
  const leaf = document.getElementById(opener.getAttribute('data-opens') ?? '');
  opener.addEventListener('click', () => leaf instanceof HTMLDialogElement && leaf.showModal());
}
document.querySelector('[data-undo]')?.addEventListener('click', () => step(-1));
document.querySelector('[data-redo]')?.addEventListener('click', () => step(1));
addEventListener('popstate', follow);
addEventListener('keydown', (event) => {
  const typing = event.target instanceof HTMLInputElement && event.target.type === 'text';
  if (typing || !(event.ctrlKey || event.metaKey) || event.altKey) return;
  const key = event.key.toLowerCase();
  if (key === 'z' && !event.shiftKey && timeline.canUndo) step(-1);
  else if ((key === 'y' || (key === 'z' && event.shiftKey)) && timeline.canRedo) step(1);
  else return;
  event.preventDefault();
});

viewer.show(first);
tell(first);
lookAhead();
besideStone(form);
preview(form);
offerSharing(() => timeline.now);
offerEnquiry(() => timeline.now);
document.documentElement.classList.add('live');
