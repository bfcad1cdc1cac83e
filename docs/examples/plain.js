// A page of one's own: what the piece says is heard as events.
const viewer = document.querySelector('parure-viewer');
const bag = document.querySelector('#bag');

viewer.addEventListener('add-to-cart', ({ detail }) => {
  bag.textContent = `In your bag: ${detail.name}, ${detail.description}, ${detail.price.words}.`;
});
viewer.addEventListener('error', ({ detail }) => {
  bag.textContent = detail.message;
});
