/**
 * What pages of other origins load: <parure-viewer>, and `connect` for those that frame a piece instead.
 *
 * Nothing heavy comes with it; the viewer itself is fetched when the piece comes near the screen.
 */
import { ParureEmbed } from './embed/element.js';

export { connect } from './page-end.js';
export { ParureEmbed };

if (!customElements.get('parure-viewer')) customElements.define('parure-viewer', ParureEmbed);
