/** The page of a product: a short choice, and the piece tried on. */
import { Design } from './configure/design.js';
import { offerFitting } from './configure/fitted.js';

const design = new Design();

offerFitting(design);
design.ready.then(() => document.documentElement.classList.add('live'));
