/* Sets beside what every editor of records does (ui/records.js): the outline, boxes ticked together. */
(function () {
  'use strict';
  var fresh = document.querySelector('[data-focus]');
  if (fresh && fresh.name === 'f-title') { fresh.focus(); fresh.select(); }
  var all = document.querySelector('[data-tick-all]');
  if (all) {
    all.hidden = false;
    all.addEventListener('click', function () {
      var boxes = Array.from(all.form.querySelectorAll('input[type=checkbox]'));
      var wanted = boxes.some(function (box) { return !box.checked; });
      boxes.forEach(function (box) { box.checked = wanted; });
    });
  }
  var only = document.querySelector('[data-only-doubtful]');
  if (only) {
    only.closest('label').hidden = false;
    only.addEventListener('change', function () { document.querySelector('main').classList.toggle('show-doubtful', only.checked); });
  }
  var narrow = window.matchMedia('(max-width: 62rem)');
  var outline = document.querySelector('.outline-fold');
  if (outline && narrow.matches) { outline.open = false; }
  var current = document.querySelector('.outline a[aria-current]');
  var box = document.querySelector('.outline');
  if (current && box) { box.scrollTop = Math.max(0, current.offsetTop - box.clientHeight / 2); }
})();
