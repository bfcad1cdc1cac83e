/** What makes an embedded piece turn: fetched when it comes near the screen, and never before. */
import { ParureViewer } from '../parure-viewer.js';

if (!customElements.get('parure-piece')) customElements.define('parure-piece', class extends ParureViewer {});
