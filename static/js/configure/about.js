/** Materials, origin and delivery of a design, and the stone's millimetres beside its weight. */
import { Refusal, request } from '../service.js';
import { _, figures } from '../words.js';
import { list } from './sheet.js';

/** @typedef {import('../service.js').Configuration} Configuration */
/** @typedef {{ carat: number, length_mm: number, width_mm: number, depth_mm: number }} Stone */
/** @typedef {{ materials: { label: string, value: string }[], delivery: string, stone: Stone | null }} About */

const ROUND_MM = 0.05; // length and width nearer than this are one measure
const WORDS = {
  /** @param {string} width */
  round: (width) => _('about {width} mm across', { width }),
  /** @param {string} length @param {string} width */
  long: (length, width) => _('about {length} mm long, {width} mm wide', { length, width }),
};

const form = /** @type {HTMLFormElement} */ (document.querySelector('#options'));
/** @type {{ stone: Stone | null }} */
let told = JSON.parse(document.querySelector('#configuration')?.textContent ?? '{}');
/** @type {AbortController | undefined} */
let asking;

/** @param {Configuration} configuration */
export async function about({ product, options }) {
  if (!document.querySelector('[data-materials], [data-option="carat"]')) return; // nothing to tell
  asking?.abort();
  const mine = (asking = new AbortController());
  const headers = { 'Accept-Language': document.documentElement.lang || 'en' };
  const address = `/api/v1/products/${product}/about?${new URLSearchParams(options)}`;
  try {
    const found = /** @type {About} */ (await request(address, { signal: mine.signal, headers }));
    if (mine.signal.aborted) return;
    told = found;
    list('[data-materials]', found.materials.map(({ label, value }) => [label, value]));
    const delivery = document.querySelector('[data-delivery]');
    if (delivery) delivery.textContent = found.delivery;
    besideStone(form);
  } catch (error) {
    if (!mine.signal.aborted && !(error instanceof Refusal)) throw error; // what was told stays
  }
}

/**
 * How large a stone of the weight under the thumb is: its measures go with the third root.
 * @param {HTMLFormElement} form
 */
export function besideStone(form) {
  const place = form.querySelector('[data-option="carat"] [data-beside]');
  const input = /** @type {HTMLInputElement | null} */ (form.querySelector('[name="carat"]'));
  if (!place || !input || !told.stone) return;
  const scale = Math.cbrt(Number(input.value) / told.stone.carat);
  const words = (/** @type {number} */ mm) =>
    figures(document.documentElement.lang || 'en', { least: 1, most: 1 }).format(mm * scale);
  const { length_mm: length, width_mm: width } = told.stone;
  place.textContent = Math.abs(length - width) < ROUND_MM ? WORDS.round(words(width)) : WORDS.long(words(length), words(width));
}
