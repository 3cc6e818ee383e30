// Small helps for mouse and keyboard; every page works without them.
'use strict';

const said = document.getElementById('said');

document.addEventListener('click', async (event) => {
  const button = event.target.closest('button[data-copy]');
  if (button) {
    await navigator.clipboard.writeText(button.dataset.copy);
    said.textContent = 'Copied.';
  }
  const opens = event.target.closest('a[data-opens]');
  if (opens) unfold(opens.hash);
});

// A letter is folded away: going to it unfolds it.
function unfold(hash) {
  const target = hash && document.getElementById(hash.slice(1));
  if (target instanceof HTMLDetailsElement) target.open = true;
}
window.addEventListener('hashchange', () => unfold(location.hash));
unfold(location.hash);

// Up and down walk through the rows of a queue, only while one of them has the focus.
for (const table of document.querySelectorAll('[data-rows]')) {
  const links = [...table.querySelectorAll('tbody th a')];
  table.addEventListener('keydown', (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const row = event.target.closest('tr');
    if (!step || !row) return;
    const at = links.findIndex((link) => row.contains(link));
    links[Math.min(Math.max(at + step, 0), links.length - 1)].focus();
    event.preventDefault();
  });
}

// One press is one record: a second press while the page is on its way does nothing.
document.addEventListener('submit', (event) => {
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = 'yes';
});
window.addEventListener('pageshow', () => {
  for (const form of document.forms) delete form.dataset.sent;
});
