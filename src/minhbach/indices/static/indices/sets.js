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
  // English fields are shown when the set has any or the person wants them; the browser keeps the wish.
  var english = document.querySelector('[data-english]');
  if (english) {
    var kept = null;
    try { kept = localStorage.getItem('minhbach-english'); } catch (error) { /* no storage: the page's own choice */ }
    if (kept !== null && !english.checked) { english.checked = kept === '1'; }
    var show = function () { document.body.classList.toggle('no-english', !english.checked); };
    english.closest('label').hidden = false;
    english.addEventListener('change', function () {
      show();
      try { localStorage.setItem('minhbach-english', english.checked ? '1' : '0'); } catch (error) { /* as above */ }
    });
    show();
  }
  // Ctrl+S saves, Ctrl+↓ goes on, Ctrl+Enter adds the next; the buttons say so.
  document.addEventListener('keydown', function (event) {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) { return; }
    var wanted = Array.from(document.querySelectorAll('[data-key]')).find(function (button) {
      return button.dataset.key === event.key;
    });
    if (wanted) { event.preventDefault(); wanted.click(); }
  });
  var tab = document.querySelector('.tabs [aria-current]');
  if (tab) { tab.scrollIntoView({block: 'nearest', inline: 'center'}); }
  var keys = document.querySelector('[data-keys]');
  if (keys) { keys.hidden = false; }
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
