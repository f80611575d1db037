/* Questions that depend on other answers are shown when they are asked. Without this, all are shown with their condition. */
(function () {
  'use strict';

  function given(form, name) {
    return Array.from(form.querySelectorAll('[name="' + CSS.escape(name) + '"]')).filter(function (control) {
      // What is not asked has no answer.
      if (control.closest('[data-when][hidden]')) { return false; }
      return (control.type !== 'radio' && control.type !== 'checkbox') || control.checked;
    }).map(function (control) { return control.value; });
  }

  function judge(form) {
    form.querySelectorAll('[data-when]').forEach(function (question) {
      var all = JSON.parse(question.dataset.when).every(function (condition) {
        return given(form, condition.field).some(function (value) { return condition.values.indexOf(value) !== -1; });
      });
      question.hidden = !all;
    });
  }

  function prepare(root) {
    var around = root.closest && root.closest('form');
    Array.from(root.querySelectorAll('form')).concat(around || []).forEach(function (form) {
      if (!form.querySelector('[data-when]')) { return; }
      form.querySelectorAll('[data-only]').forEach(function (hint) { hint.hidden = true; });
      judge(form);
    });
  }

  document.addEventListener('input', function (event) {
    var form = event.target.closest('form');
    if (form && form.querySelector('[data-when]')) { judge(form); }
  });
  document.addEventListener('htmx:load', function (event) { prepare(event.detail.elt.parentNode || document); });
  prepare(document);
})();
