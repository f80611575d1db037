/* Gives the hash to the signing program of this computer, and what it answers back to the page. */
(function () {
  'use strict';
  var form = document.querySelector('[data-sign]');
  var part = form && form.querySelector('[data-sign-button]');
  if (!part) { return; }
  var status = part.querySelector('[data-sign-status]');
  var button = part.querySelector('button');
  part.hidden = false;

  button.addEventListener('click', function () {
    button.disabled = true;
    status.textContent = status.dataset.working;
    fetch(form.dataset.sign + '/sign', {
      method: 'POST',
      headers: {'Content-Type': 'application/json'},
      body: document.getElementById('signing-order').textContent
    }).then(function (response) {
      return response.json().then(function (said) {
        if (!response.ok) { throw {refused: said.error}; }
        form.querySelector('[name=answer]').value = said.signature;
        form.submit();
      });
    }).catch(function (reason) {
      button.disabled = false;
      status.textContent = reason && reason.refused
        ? status.dataset.refused + ' ' + reason.refused
        : status.dataset.absent;
    });
  });
})();
