/** What makes an embedded piece turn: fetched when it comes near the screen, and never before. */
import lookText from '../../css/look.css?sheet&in=.look';
import { ParureViewer } from '../parure-viewer.js';
import { bringStyles } from './sheets.js';

bringStyles(lookText);
if (!customElements.get('parure-piece')) customElements.define('parure-piece', class extends ParureViewer {});
