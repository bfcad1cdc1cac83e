/** <parure-viewer> as a merchant's page has it, wanted at once. */
import './recorder.js';

const viewer = document.querySelector('parure-viewer');
const piece = () => viewer.querySelector('parure-piece');
viewer.addEventListener('ready', () => recorder.note('configured'));
recorder.drawn = () => piece()?.drawn ?? 0;
recorder.scale = () => {
  const canvas = viewer.querySelector('canvas');
  return canvas ? canvas.width / canvas.getBoundingClientRect().width : 0;
};
await customElements.whenDefined('parure-viewer');
// what a visitor's hand does as it comes near, until it is felt
const intent = setInterval(() => {
  viewer.open();
  piece()?.dispatchEvent(new Event('pointerenter'));
  if (recorder.drawn() > 0) clearInterval(intent);
}, 20);

/** Turns the piece by itself, every pixel of the window drawn and nothing spared. */
recorder.hold = async () => {
  const { openStage } = await import(viewer.dataset.stage);
  const stage = await openStage();
  const solid = await stage.load(new URL(viewer.dataset.model, location.href).href);
  const canvas = viewer.querySelector('canvas');
  const width = Math.round(canvas.clientWidth * devicePixelRatio);
  const height = Math.round(canvas.clientHeight * devicePixelRatio);
  const { azimuth, elevation, distance, target } = solid.frame;
  let drawn = 0;
  recorder.drawn = () => drawn;
  recorder.scale = () => devicePixelRatio;
  const turn = () => {
    const view = { azimuth: azimuth + Math.sin(performance.now() / 400), elevation, distance, target };
    const picture = stage.draw(solid, view, { width, height, quality: Number(viewer.dataset.quality) });
    Object.assign(canvas, { width, height });
    canvas.getContext('2d', { alpha: false }).drawImage(picture, 0, 0);
    picture.close();
    drawn += 1;
    requestAnimationFrame(turn);
  };
  turn();
};
