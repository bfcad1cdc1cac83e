/** <model-viewer> as its own guide sets it up: eager, revealed as soon as it is there. */
import './recorder.js';

const viewer = document.querySelector('model-viewer');
let drawn = 0;
let scale = 1;
viewer.addEventListener('load', () => recorder.note('loaded'));
viewer.addEventListener('camera-change', () => (drawn += 1));
viewer.addEventListener('render-scale', ({ detail }) => (scale = detail.renderedDpr));
recorder.drawn = () => drawn;
recorder.scale = () => scale;

/** Draws every pixel of the window from now on. */
recorder.hold = async () => {
  customElements.get('model-viewer').minimumRenderScale = 1;
};
