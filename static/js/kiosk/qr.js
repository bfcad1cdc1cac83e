/** A QR code of a link, drawn here: its key may stand in it, and no server hears of it. */
import { encode } from 'uqr';

const QUIET = 2; // modules of margin; the page gives the rest

/**
 * @param {string} link
 * @returns {string} a data URL of an SVG
 */
export function codeOf(link) {
  const { data, size } = encode(link, { ecc: 'M', border: QUIET });
  const path = data
    .flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : '')))
    .join('');
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h${size}v${size}H0z"/><path d="${path}"/></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
