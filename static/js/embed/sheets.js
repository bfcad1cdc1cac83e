/** The embed's styles: each made once, when what it dresses is there, and adopted by every root. */
import groundText from '../../css/embed-ground.css?sheet&in=.look';
import frameText from '../../css/embed.css?sheet';

/** @type {(string | CSSStyleSheet)[]} in the order that they hold in */
const sheets = [groundText, frameText];

/**
 * More styles, for the roots that are dressed from now on; the embed's own frame has the last word.
 * @param {string} text
 */
export function bringStyles(text) {
  sheets.unshift(text);
}

/** @returns {CSSStyleSheet[]} */
function made() {
  // computed where it is set, so that it means the same below: what rem would be on a page of one's own
  if (sheets.every((one) => typeof one === 'string')) {
    CSS.registerProperty?.({ name: '--parure-rem', syntax: '<length>', inherits: true, initialValue: '16px' });
  }
  for (const [index, text] of sheets.entries()) {
    if (typeof text !== 'string') continue;
    const sheet = (sheets[index] = new CSSStyleSheet());
    sheet.replaceSync(text);
  }
  return /** @type {CSSStyleSheet[]} */ (sheets);
}

/** @param {ShadowRoot | Document} root */
export function dress(root) {
  const [ours, adopted] = [made(), root.adoptedStyleSheets];
  if (ours.every((sheet) => adopted.includes(sheet))) return;
  root.adoptedStyleSheets = [...ours, ...adopted.filter((sheet) => !ours.includes(sheet))];
}
