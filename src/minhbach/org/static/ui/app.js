/* What makes pages pleasanter; every page works without it. */
(function () {
  'use strict';

  function announce(text) {
    var place = document.getElementById('announcer');
    if (place) { place.textContent = text; }
  }

  function load(address) {
    load.known = load.known || {};
    load.known[address] = load.known[address] || new Promise(function (resolve, reject) {
      var script = document.createElement('script');
      script.src = address;
      script.onload = resolve;
      script.onerror = reject;
      document.head.appendChild(script);
    });
    return load.known[address];
  }

  function prepare(root) {
    root.querySelectorAll('[data-print][hidden], [data-copy][hidden]').forEach(function (button) {
      button.hidden = false;
    });
    var charts = root.querySelectorAll('[data-chart]:not([data-drawn])');
    if (charts.length) {
      load(charts[0].dataset.engine)
        .then(function () { return load(charts[0].dataset.code); })
        .then(function () { charts.forEach(window.minhbach.draw); });
    }
    var summary = root.querySelector('[data-focus]');
    if (summary) { summary.focus(); }
  }

  document.addEventListener('click', function (event) {
    var print = event.target.closest('[data-print]');
    if (print) { window.print(); return; }
    var copy = event.target.closest('[data-copy]');
    if (copy && navigator.clipboard) {
      navigator.clipboard.writeText(copy.dataset.copy).then(function () {
        copy.classList.add('copied');
        announce(document.getElementById('announcer').dataset.copied);
        setTimeout(function () { copy.classList.remove('copied'); }, 1500);
      });
      return;
    }
    document.querySelectorAll('details.account[open]').forEach(function (menu) {
      if (!menu.contains(event.target)) { menu.open = false; }
    });
  });

  document.addEventListener('keydown', function (event) {
    if (event.key !== 'Escape') { return; }
    document.querySelectorAll('details.account[open], details.nav-narrow[open]').forEach(function (menu) {
      menu.open = false;
      menu.querySelector('summary').focus();
    });
  });

  // A form is sent once, however often its button is pressed; the address of an open page stays usable on return.
  document.addEventListener('submit', function (event) {
    var form = event.target;
    if (event.defaultPrevented || form.method !== 'post') { return; }
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = '1';
  });
  window.addEventListener('pageshow', function () {
    document.querySelectorAll('form[data-sent]').forEach(function (form) { delete form.dataset.sent; });
  });

  // What is closed on screen is opened on paper, forms aside.
  var opened = [];
  window.addEventListener('beforeprint', function () {
    opened = Array.from(document.querySelectorAll('main details:not([open])')).filter(function (part) {
      return !part.querySelector('form, input, select, textarea, button');
    });
    opened.forEach(function (part) { part.open = true; });
  });
  window.addEventListener('afterprint', function () {
    opened.forEach(function (part) { part.open = false; });
  });

  document.addEventListener('allauth.error', function (event) {
    var place = document.querySelector('[data-passkey-error]');
    if (place) { event.preventDefault(); place.hidden = false; place.focus(); }
  });

  prepare(document);
  document.addEventListener('htmx:load', function (event) { prepare(event.detail.elt); });
})();
