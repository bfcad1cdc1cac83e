// Shopify's own cart: the configuration goes along as properties of the line.
const viewer = document.querySelector('parure-viewer');
const bag = document.querySelector('[data-bag]');
const VARIANT = 40123456789;

viewer.addEventListener('add-to-cart', async ({ detail }) => {
  const properties = { ...detail.options, _parure: detail.hash, _picture: detail.picture };
  const answer = await fetch('/cart/add.js', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ items: [{ id: VARIANT, quantity: detail.quantity, properties }] }),
  });
  if (answer.ok) bag.textContent = `Dans votre panier : ${detail.name}, ${detail.price.words}`;
});
