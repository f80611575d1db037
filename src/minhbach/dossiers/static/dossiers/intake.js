/* The counter by keyboard: the list of procedures, the applicant known by the number, all papers at once, Ctrl+Enter.
   Everything works without this. */
(function () {
  'use strict';
  document.querySelectorAll('.keys, [data-tick]').forEach(function (part) { part.hidden = false; });

  // The list of procedures: Enter opens the first that fits, arrows go through it.
  var search = document.querySelector('[data-offers]');
  if (search) {
    var links = function () { return Array.from(document.querySelectorAll('#offers a')); };
    var box = search.querySelector('input[name=q]');
    search.dataset.shown = box.value;
    document.addEventListener('htmx:beforeRequest', function (event) { if (event.detail.elt === search) { search.dataset.asked = box.value; } });
    document.addEventListener('htmx:afterSettle', function () { if (search.dataset.asked !== undefined) { search.dataset.shown = search.dataset.asked; } });
    document.addEventListener('keydown', function (event) {
      if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp' && !(event.key === 'Enter' && event.target === box)) { return; }
      var all = links(), here = all.indexOf(document.activeElement);
      if (event.key === 'Enter') {
        // What is typed and not shown yet is sent as a form.
        if (box.value && search.dataset.shown === box.value && all.length) { event.preventDefault(); all[0].click(); }
        return;
      }
      if (document.activeElement !== box && here < 0) { return; }
      event.preventDefault();
      var next = event.key === 'ArrowDown' ? here + 1 : here - 1;
      (next < 0 ? box : all[Math.min(next, all.length - 1)] || box).focus();
    });
  }

  var form = document.querySelector('[data-intake]');
  if (!form) { return; }
  var begin = form.dataset.begin;
  if (begin) {
    var first = begin === 'paper' ? form.querySelector('.papers input') : form.querySelector('[name=id_number]');
    (first || form.querySelector('[name=id_number]')).focus();
  }

  // The number is looked up when it is whole: as soon as its twelfth digit is typed, or when one leaves it.
  var looked = form.querySelector('[name=id_number]').value;
  // What is typed while the answer is under way stays as it was typed.
  var since = {}, asked = false;
  form.addEventListener('input', function (event) {
    var field = event.target;
    if (field.name && field.type !== 'file') { since[field.name] = field.type === 'checkbox' ? field.checked : field.value; }
  });
  form.addEventListener('htmx:afterSettle', function () {
    asked = false;
    Object.keys(since).forEach(function (name) {
      var field = form.elements[name];
      if (!field || field.length && !field.options) { return; } // several of one name: none of them is replaced
      if (field.type === 'checkbox') { field.checked = since[name]; } else { field.value = since[name]; }
      mirror(name, since[name]);
    });
  });
  function look(input) {
    var number = input.value.replace(/[\s.]/g, '');
    if (!number || number === looked) { return; }
    looked = number;
    if (!asked) { since = {}; }
    asked = true;
    window.htmx.ajax('POST', window.location.pathname, {
      source: input, target: '#who', swap: 'outerHTML', values: {look: '1'}
    });
  }
  form.addEventListener('input', function (event) {
    if (event.target.name === 'id_number' && event.target.value.replace(/[\s.]/g, '').length === 12) { look(event.target); }
    // What the applicant is asked twice is written once.
    var name = {name: 'name', phone: 'phone', address: 'address', email: 'email'}[event.target.name];
    if (name) { mirror(name, event.target.value); }
  });
  form.addEventListener('change', function (event) {
    if (event.target.name === 'id_number') { look(event.target); }
  });
  function mirror(name, value) {
    form.querySelectorAll('[data-prefill="' + name + '"]').forEach(function (copy) {
      if (!copy.dataset.own) { copy.value = value; }
    });
  }
  form.addEventListener('input', function (event) {
    if (event.target.dataset.prefill) { event.target.dataset.own = '1'; }
    // A scan or a reuse says that the paper is here.
    var row = event.target.closest('.paper');
    if (row && event.target.type !== 'checkbox' && event.target.value) { row.querySelector('[type=checkbox]').checked = true; }
  });

  form.addEventListener('click', function (event) {
    if (!event.target.closest('[data-tick]')) { return; }
    form.querySelectorAll('.papers [data-required]').forEach(function (box) { box.checked = true; });
  });
  form.addEventListener('keydown', function (event) {
    if (event.key !== 'Enter') { return; }
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      form.requestSubmit(form.querySelector('[name=go][value=receive]'));
    } else if (event.target.name === 'id_number') {
      event.preventDefault();
      look(event.target);
    } else if (event.target.tagName === 'INPUT' && event.target.type !== 'file') {
      event.preventDefault(); // a form of this length is not sent by a slip
    }
  });
})();
