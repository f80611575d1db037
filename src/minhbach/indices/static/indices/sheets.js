/* A criterion: leaving figures that are not saved asks first, and what was typed outlives the session it was typed in.
   Everything works without this. */
(function () {
  'use strict';
  var KEPT = 'typed:';
  var forms = Array.from(document.querySelectorAll('form[data-keep]'));
  var score = document.getElementById('score-form');
  var touched = Boolean(score && document.querySelector('.error-summary'));

  // Leaving asks first ---------------------------------------------------------------------------------------

  if (score) { score.addEventListener('input', function () { touched = true; }); }
  document.addEventListener('submit', function (event) {
    // Another form of the page would lose what was typed into the figures.
    if (event.target !== score && touched && !window.confirm(score.dataset.guard)) { event.preventDefault(); return; }
    touched = false;
    if (forms.indexOf(event.target) !== -1) { keep(event.target); }
  }, true);
  window.addEventListener('beforeunload', function (event) {
    if (touched) { event.preventDefault(); }
  });

  // What was typed is kept until an answer says that it arrived, or that it stands on the page -----------------

  function key(form) { return KEPT + form.dataset.keep + ':' + new URL(form.action).pathname; }

  function typed(form) {
    return Array.from(new FormData(form)).filter(function (pair) {
      return typeof pair[1] === 'string' && pair[0] !== 'csrfmiddlewaretoken' && pair[0] !== 'then';
    });
  }

  // The edition aside: it only says what the figures stood on.
  function text(pairs) {
    return JSON.stringify(pairs.filter(function (pair) { return pair[0] !== 'edition'; }));
  }

  function keep(form) {
    try { sessionStorage.setItem(key(form), JSON.stringify(typed(form))); } catch (full) { /* then it is not kept */ }
  }

  function taken(form) {
    try {
      var kept = sessionStorage.getItem(key(form));
      sessionStorage.removeItem(key(form));
      return JSON.parse(kept);
    } catch (unreadable) { return null; }
  }

  function fill(form, pairs) {
    Array.from(form.elements).forEach(function (control) {
      if (!control.name || control.name === 'csrfmiddlewaretoken' || control.type === 'file' || control.type === 'submit') { return; }
      var own = pairs.filter(function (pair) { return pair[0] === control.name; });
      if (control.type === 'radio' || control.type === 'checkbox') {
        control.checked = own.some(function (pair) { return pair[1] === control.value; });
      } else if (own.length) { control.value = own[0][1]; }
      var fold = control.closest('details');
      if (fold && control.value && control.type !== 'radio') { fold.open = true; }
    });
    form.dispatchEvent(new Event('input', { bubbles: true }));
  }

  function say(id, place) {
    place.prepend(document.getElementById(id).content.cloneNode(true));
    return place.firstElementChild;
  }

  var arrived = document.querySelector('.message-ok');
  if (arrived) {
    Object.keys(sessionStorage).filter(function (name) { return name.indexOf(KEPT) === 0; })
      .forEach(function (name) { sessionStorage.removeItem(name); });
  }
  forms.forEach(function (form) {
    var pairs = taken(form);
    if (!pairs || document.querySelector('.error-summary') || text(pairs) === text(typed(form))) { return; }
    fill(form, pairs);
    say('typed-before', form).focus();
  });

  // The session ended while somebody is typing: the points cannot be shown, and the page is not taken away.
  document.addEventListener('htmx:beforeOnLoad', function (event) {
    if (!event.detail.xhr.getResponseHeader('HX-Redirect')) { return; }
    event.preventDefault();
    var preview = document.getElementById('preview');
    preview.replaceChildren();
    say('signed-out', preview).querySelector('a').addEventListener('click', function () {
      forms.forEach(keep);
      touched = false;
    });
  });
})();
