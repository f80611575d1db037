/* The editor of sets: what was typed and not saved is not lost by a click elsewhere. Everything works without this. */
(function () {
  'use strict';
  var dirty = !!document.querySelector('form[data-guard][data-dirty]');
  document.addEventListener('input', function (event) {
    if (event.target.closest('form[data-guard]') && !event.target.closest('.try')) { dirty = true; }
  });
  document.addEventListener('submit', function () { dirty = false; });
  window.addEventListener('beforeunload', function (event) {
    if (dirty) { event.preventDefault(); }
  });
  var all = document.querySelector('[data-tick-all]');
  if (all) {
    all.hidden = false;
    all.addEventListener('click', function () {
      var boxes = Array.from(all.form.querySelectorAll('input[type=checkbox]'));
      var wanted = boxes.some(function (box) { return !box.checked; });
      boxes.forEach(function (box) { box.checked = wanted; });
    });
  }
  var narrow = window.matchMedia('(max-width: 62rem)');
  var outline = document.querySelector('.outline-fold');
  if (outline && narrow.matches) { outline.open = false; }
  var current = document.querySelector('.outline a[aria-current]');
  var box = document.querySelector('.outline');
  if (current && box) { box.scrollTop = Math.max(0, current.offsetTop - box.clientHeight / 2); }
})();
