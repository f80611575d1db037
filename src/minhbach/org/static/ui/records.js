/* Editors of records: what was typed and not saved is not lost by a click elsewhere. Everything works without this. */
(function () {
  'use strict';
  var dirty = !!document.querySelector('form[data-guard][data-dirty]');
  document.addEventListener('input', function (event) {
    // What is only tried out is not to be saved.
    if (event.target.closest('form[data-guard]') && !event.target.closest('[data-unsaved]')) { dirty = true; }
  });
  document.addEventListener('submit', function () { dirty = false; });
  window.addEventListener('beforeunload', function (event) {
    if (dirty) { event.preventDefault(); }
  });
  // English fields are shown when the record has any or the person wants them; the browser keeps the wish.
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
  // Ctrl+S saves, and whatever key a button names; the buttons say so.
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
  // A row just added is what one goes on with.
  document.addEventListener('htmx:afterSettle', function (event) {
    var path = event.detail.requestConfig && event.detail.requestConfig.parameters;
    var wish = path && (path.row || (path.get && path.get('row')));
    if (!wish || wish.indexOf('add:') !== 0) { return; }
    var rows = document.getElementById('rows_' + wish.slice(4));
    var last = rows && rows.querySelectorAll(':scope > .record-row');
    var first = last && last.length && last[last.length - 1].querySelector('input:not([type=hidden]), textarea, select');
    if (first) { first.focus(); }
  });
})();
