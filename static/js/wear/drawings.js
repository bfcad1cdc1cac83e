/**
 * Small drawings that show what a sentence asks for: a hand, a wrist, a neck or an ear in the picture's
 * frame, and what to do. Outlines are two strokes, one over the other, so that limbs join.
 */
import { svg } from '../viewer/markup.js';

/** @typedef {import('./types.js').Anchor} Anchor */
/** @typedef {import('./types.js').Lack} Lack */
/** @typedef {[path: string, width: number]} Limb the way of a stroke, and how thick it is */

const FINGERS = /** @type {Limb[]} */ ([
  ['M-13-8L-18-41', 7.5],
  ['M-4.5-11L-6-48', 8],
  ['M4.5-10L7.5-44', 7.5],
  ['M13-7L21-33', 6.5],
  ['M-15 12L-33-9', 8],
]);
const PALM = /** @type {Limb} */ (['M-14-6L14-8L15 10L8 24H-8L-15 12Z', 9]);
const ARM = /** @type {Limb} */ (['M0 24V62', 23]);
const HAND = [...FINGERS, PALM, ARM];
const BUST = /** @type {Limb[]} */ ([
  ['M-34 60C-33 37-24 33 0 28C24 33 33 37 34 60Z', 8],
  ['M0 8V30', 17],
  ['M0-32V-8', 31],
]);
const HEAD = /** @type {Limb[]} */ ([...BUST.slice(0, 2), ['M-16-17V-12M16-17V-12', 7], BUST[2]]);
/** @type {Record<Anchor, { limbs: Limb[], jewel: string, cover: string, high: number }>} and how far up its middle is */
const FIGURES = {
  finger: { limbs: HAND, jewel: 'M1-24.5L11-23.5', cover: 'M-3-30L15-22M-5-24L17-15M-4-18L14-10', high: 4 },
  wrist: { limbs: HAND, jewel: 'M-11.5 36H11.5M-11.5 41H11.5', cover: 'M-15 30H15M-15 38H15M-15 46H15', high: -8 },
  neck: { limbs: BUST, jewel: 'M-15 33C-8 49 8 49 15 33M0 45.5V49', cover: 'M-17 26L17 34M-17 34L17 42M17 26L-17 34', high: 4 },
  ear: { limbs: HEAD, jewel: 'M-17.5-5V3M17.5-5V3', cover: 'M-21-34C-27-20-24-2-26 12M-15-38C-23-24-19-2-21 12M21-34C27-20 24-2 26 12', high: 4 },
};
const SUN = 'M132 15V20M132 40V45M117 30H122M142 30H147M121.5 19.5L125 23M139 37L142.5 40.5M142.5 19.5L139 23M125 37L121.5 40.5M126.5 30A5.5 5.5 0 1 0 137.5 30A5.5 5.5 0 1 0 126.5 30';
const OUT = 'M52 36L38 22M38 30V22H46M108 36L122 22M114 22H122V30M52 84L38 98M38 90V98H46M108 84L122 98M114 98H122V90';
const IN = 'M24 20L38 34M38 26V34H30M136 20L122 34M130 34H122V26M24 100L38 86M38 94V86H30M136 100L122 86M130 86H122V94';
const ACROSS = 'M74 60H104M95 51L104 60L95 69';
const ROUND = 'M44 88C50 106 110 106 116 88M108 92L116 88L119 97';
const OFF = 'M112 62V34M103 43L112 34L121 43';
const SWAY = 'M34 34C28 50 28 66 34 82M24 40C20 52 20 64 24 76M126 34C132 50 132 66 126 82M136 40C140 52 140 64 136 76';
const EDGE = 2.5; // of an outline, both sides together
const FINE_EDGE = 1.4; // where it is large

/**
 * @param {Anchor} anchor
 * @param {Lack | 'ready'} lack
 * @returns {SVGSVGElement} silent: the sentence beside it says the same
 */
export function drawing(anchor, lack) {
  const figure = FIGURES[anchor];
  const size = { far: 0.5, near: 1.75 }[/** @type {string} */ (lack)] ?? 0.9;
  const x = lack === 'cut-off' ? 30 : 80;
  const shown = svg('g', { transform: `translate(${x} ${60 - size * figure.high}) scale(${size})`, class: lack === 'nobody' ? 'sought' : lack === 'dark' ? 'dim' : '' });
  for (const [name, wider] of /** @type {[string, number][]} */ ([['edge', (lack === 'ready' ? FINE_EDGE : EDGE) / size], ['body', 0]])) {
    for (const [path, width] of figure.limbs) {
      shown.append(svg('path', { class: name, d: path, 'stroke-width': String(width + wider) }));
    }
  }
  if (lack === 'covered') shown.append(svg('path', { class: 'line', d: figure.cover }));
  else if (lack !== 'dark') shown.append(svg('path', { class: lack === 'own-jewellery' ? 'own' : 'jewel', d: figure.jewel }));
  const glass = svg('svg', { x: '8', y: '8', width: '144', height: '104', viewBox: '8 8 144 104' }, shown);
  const sign = /** @type {Record<string, string>} */ ({
    dark: SUN, far: OUT, near: IN, 'cut-off': ACROSS, 'wrong-side': ROUND, 'own-jewellery': OFF, moving: SWAY,
  })[lack]; // prettier-ignore
  return svg(
    'svg',
    { class: 'fitting-drawing', viewBox: lack === 'ready' ? '38 8 84 104' : '0 0 160 120', 'aria-hidden': 'true' },
    glass,
    svg('rect', { class: 'bound', x: '8', y: '8', width: '144', height: '104' }),
    ...(sign ? [svg('path', { class: 'sign', d: sign })] : []),
  );
}
