// Moves the one-time code from the address into the form, and out of the address bar and the history.
'use strict';

const secret = location.hash.slice(1);
if (secret) {
  history.replaceState(null, '', location.pathname);
  document.getElementById('secret').value = secret;
  document.getElementById('login').focus();
}
