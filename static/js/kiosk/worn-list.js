/** Buttons for each piece that is worn, where there are several: one is chosen among them. */

/**
 * @param {HTMLElement} place
 * @param {object} shown
 * @param {readonly { product: string, name: string }[]} shown.pieces
 * @param {number} shown.active
 * @param {ReadonlyMap<string, { name: string }>} told of the tray, in the page's language
 * @param {(piece: number) => void} select
 */
export function listWorn(place, { pieces, active }, told, select) {
  place.replaceChildren(
    ...(pieces.length > 1 ? pieces : []).map((each, at) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = told.get(each.product)?.name ?? each.name;
      button.setAttribute('aria-pressed', String(at === active));
      button.addEventListener('click', () => select(at));
      return button;
    }),
  );
}
