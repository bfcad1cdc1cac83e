// The shop keeps its own price line, form and button; the piece fills them in.
const viewer = document.querySelector('parure-viewer');
const form = document.querySelector('form.cart');
const amount = document.querySelector('.price .amount');
const button = form.querySelector('.single_add_to_cart_button');

viewer.addEventListener('configuration-changed', ({ detail }) => {
  form.elements.parure_configuration.value = detail.hash;
  form.elements.parure_options.value = JSON.stringify(detail.options);
  button.disabled = false;
});
viewer.addEventListener('price', ({ detail }) => {
  amount.textContent = detail ? detail.words : 'Price on request';
});
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const answer = await fetch('/?wc-ajax=add_to_cart', { method: 'POST', body: new URLSearchParams(new FormData(form)) });
  if (answer.ok) document.querySelector('.count').textContent = form.elements.quantity.value;
});
