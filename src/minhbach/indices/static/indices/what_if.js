/* Sliders beside the number fields of “What if?”. Without this script the fields and the button do the same. */
(function () {
  'use strict';

  function figure(text) {
    var plain = text.replace(/\s/g, '').replace('%', '').replace(',', '.');
    return plain !== '' && isFinite(plain) ? Number(plain) : null;
  }

  document.querySelectorAll('[data-what-if]').forEach(function (form) {
    var ranges = Array.from(form.querySelectorAll('.pair-range'));
    form.querySelectorAll('[data-fallback]').forEach(function (button) { button.hidden = true; });

    function settle(range) {
      var number = document.getElementById(range.dataset.for);
      var within = range.dataset.within && document.getElementById(range.dataset.within);
      var whole = within ? figure(within.value) : null;
      if (whole !== null && whole > 0) { range.max = whole; }
      var value = figure(number.value);
      if (value !== null && value > Number(range.max) && !within) { range.max = value * 2; }
      range.value = value === null ? 0 : value;
    }

    ranges.forEach(function (range) {
      range.hidden = false;
      settle(range);
      range.addEventListener('input', function () {
        document.getElementById(range.dataset.for).value = range.value;
      });
    });
    form.addEventListener('input', function (event) {
      ranges.forEach(function (range) { if (range !== event.target) { settle(range); } });
    });
    // Enter in a field must not send the whole page: the answer is there already.
    form.addEventListener('submit', function (event) {
      if (window.htmx && !event.submitter) { event.preventDefault(); }
    });
  });
})();
