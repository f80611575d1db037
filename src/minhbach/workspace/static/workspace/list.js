/* Lists by keyboard: arrows move from dossier to dossier, x chooses one. Only while the list has the focus, so that no
   key means something elsewhere. */
(function () {
  'use strict';

  var list = document.querySelector('[data-list]');
  if (!list) { return; }
  var all = list.querySelector('[data-pick-all]');
  var told = document.querySelector('[data-picked]');
  var usual = told ? told.textContent : '';

  function boxes() { return Array.from(list.querySelectorAll('[name=pick]')); }

  function tell() {
    var number = boxes().filter(function (box) { return box.checked; }).length;
    if (told) { told.textContent = number ? told.dataset.words + ' ' + number : usual; }
    if (all) { all.checked = number > 0 && number === boxes().length; }
  }

  if (all && boxes().length) {
    all.hidden = false;
    all.addEventListener('change', function () {
      boxes().forEach(function (box) { box.checked = all.checked; });
      tell();
    });
  }
  list.addEventListener('change', tell);
  tell();

  list.addEventListener('keydown', function (event) {
    if (event.ctrlKey || event.altKey || event.metaKey) { return; }
    var links = Array.from(list.querySelectorAll('[data-open]'));
    var row = event.target.closest('[data-row]');
    var here = row ? links.indexOf(row.querySelector('[data-open]')) : -1;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      var there = links[Math.min(Math.max(here + (event.key === 'ArrowDown' ? 1 : -1), 0), links.length - 1)];
      if (there) { there.focus(); event.preventDefault(); }
    } else if (event.key === 'x' && row) {
      var box = row.querySelector('[name=pick]');
      if (box) { box.checked = !box.checked; tell(); event.preventDefault(); }
    }
  });
})();
