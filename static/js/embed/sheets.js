/** The embed's styles; made once, adopted by every root that needs them. */
import lookText from '../../css/look.css?sheet&in=.look';
import roomText from '../../css/room.css?sheet&in=.desk';
import sheetText from '../../css/embed.css?sheet';

/** @type {CSSStyleSheet[]} */
let sheets = [];

function made() {
  if (sheets.length === 0) {
    // computed where it is set, so that it means the same below: what rem would be on a page of one's own
    CSS.registerProperty?.({ name: '--parure-rem', syntax: '<length>', inherits: true, initialValue: '16px' });
    sheets = [lookText, roomText, sheetText].map((text) => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(text);
      return sheet;
    });
  }
  return sheets;
}

/** @param {ShadowRoot | Document} root */
export function dress(root) {
  const adopted = root.adoptedStyleSheets;
  if (!adopted.includes(made()[0])) root.adoptedStyleSheets = [...adopted, ...made()];
}
