/* Leaving a criterion whose figures are not saved asks first. Everything works without this. */
(function () {
  'use strict';
  var form = document.getElementById('score-form');
  if (!form) { return; }
  var touched = Boolean(document.querySelector('.error-summary'));
  form.addEventListener('input', function () { touched = true; });
  document.addEventListener('submit', function (event) {
    if (event.target === form) { touched = false; return; }
    // Another form of the page would lose what was typed into this one.
    if (touched && !window.confirm(form.dataset.guard)) { event.preventDefault(); return; }
    touched = false;
  }, true);
  window.addEventListener('beforeunload', function (event) {
    if (touched) { event.preventDefault(); }
  });
})();
