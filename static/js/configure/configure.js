/** The configurator: every option of a design, and what is done with it. */
import { Design } from './design.js';
import { offerEnquiry } from './enquiry.js';
import { offerFitting } from './fitted.js';
import { offerSharing } from './share.js';

const design = new Design();
const undo = /** @type {HTMLButtonElement} */ (document.querySelector('[data-undo]'));
const redo = /** @type {HTMLButtonElement} */ (document.querySelector('[data-redo]'));

design.addEventListener('configured', () => {
  undo.disabled = !design.canUndo;
  redo.disabled = !design.canRedo;
});
undo.addEventListener('click', () => design.undo());
redo.addEventListener('click', () => design.redo());
addEventListener('keydown', (event) => {
  const typing = event.target instanceof HTMLInputElement && event.target.type === 'text';
  if (typing || !(event.ctrlKey || event.metaKey) || event.altKey) return;
  const key = event.key.toLowerCase();
  if (key === 'z' && !event.shiftKey && design.canUndo) design.undo();
  else if ((key === 'y' || (key === 'z' && event.shiftKey)) && design.canRedo) design.redo();
  else return;
  event.preventDefault();
});
offerSharing(() => design.now);
offerEnquiry(() => design.now);
offerFitting(design);
design.ready.then(() => document.documentElement.classList.add('live'));
