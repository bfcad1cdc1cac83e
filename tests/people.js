// @ts-nocheck
/**
 * Notes in a page what is solved and shown before the film of `test_wear_people.py`, as it comes and goes:
 * `seen` of each frame that the tracking worker hands back, `shown` the first settled picture of each part
 * of the film at each width, `said` what the room says.
 */
const PARTS = ['somebody', 'nobody', 'another']; // their marks are red, green and blue
const SETTLED_MS = 1200; // after a part begins: who came is found, and what was worn has faded

const mark = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
const room = () => document.querySelector('dialog.fitting');
let began = 0; // the part that the last frame shows

Object.assign(globalThis, { seen: [], shown: {}, said: [] });

/** Which part of the film a picture shows, by the mark in its corner. */
function partOf(picture) {
  const reach = picture.width / 128;
  mark.drawImage(picture, reach / 2, reach / 2, reach / 4, reach / 4, 0, 0, 1, 1);
  const colour = [...mark.getImageData(0, 0, 1, 1).data].slice(0, 3);
  return PARTS[colour.indexOf(Math.max(...colour))];
}

function note({ image, layers, lacks }) {
  const [part, now] = [partOf(image), performance.now()];
  if (seen.at(-1)?.part !== part) began = now;
  const worn = layers.flatMap(({ pieces }) =>
    pieces.map(({ placement, worn: parts }) => ({
      product: placement.product,
      x: placement.centerPx[0] / image.width,
      y: placement.centerPx[1] / image.height,
      opacity: Math.max(...parts.map(({ opacity }) => opacity)),
    })),
  );
  seen.push({ part, settled: now - began > SETTLED_MS, width: innerWidth, worn, lacks: [...lacks] });
}

globalThis.Worker = class extends Worker {
  constructor(address, options) {
    super(address, options);
    if (options?.name !== 'tracking') return;
    this.addEventListener('message', ({ data }) => data.is === 'solved' && note(data.solved));
  }
};

/** Begin with the room that is open. */
globalThis.watchRoom = () => {
  const picture = room().querySelector('.fitting-picture');
  const words = room().querySelector('.fitting-guide p');
  new MutationObserver(() => {
    const [part, { settled, part: newest }] = [partOf(picture), seen.at(-1)];
    if (settled && part === newest) shown[`${part} ${innerWidth}`] ??= picture.toDataURL('image/png');
  }).observe(room(), { attributeFilter: ['data-frames'] });
  new MutationObserver(() => said.push({ words: words.textContent, width: innerWidth })).observe(words, { childList: true });
};

/** Whether every part was settled for some frames, and shown, at a width, and these words were said. */
globalThis.enough = (width, least, words) =>
  said.some((one) => one.width === width && one.words.includes(words)) &&
  PARTS.every((part) => {
    const settled = seen.filter((one) => one.settled && one.part === part && one.width === width);
    return settled.length >= least && `${part} ${width}` in shown;
  });
