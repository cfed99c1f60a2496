// Lets the device make or use a passkey, and sends its answer with the form. The words stand in the form itself
// (templates/security/_passkey.html); the options come from the server as JSON in data-passkey-options.
"use strict";
(() => {
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0)).buffer;
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const known = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  const make = async (options) => {
    const credential = await navigator.credentials.create({ publicKey: {
      ...options, challenge: bytes(options.challenge), user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: known(options.excludeCredentials),
    } });
    return { ...plain(credential), response: {
      clientDataJSON: text(credential.response.clientDataJSON),
      attestationObject: text(credential.response.attestationObject),
      transports: credential.response.getTransports?.() || [],
    }, extensions: JSON.stringify(credential.getClientExtensionResults()) };
  };

  const use = async (options) => {
    const credential = await navigator.credentials.get({ publicKey: {
      ...options, challenge: bytes(options.challenge), allowCredentials: known(options.allowCredentials),
    } });
    const { response } = credential;
    return { ...plain(credential), response: {
      authenticatorData: text(response.authenticatorData),
      clientDataJSON: text(response.clientDataJSON),
      signature: text(response.signature),
      userHandle: response.userHandle ? text(response.userHandle) : null,
    } };
  };

  const plain = (credential) => ({
    id: credential.id, rawId: text(credential.rawId), type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
  });

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const say = (name) => form.querySelectorAll("[data-passkey-say]").forEach((one) => { one.hidden = one.dataset.passkeySay !== name; });
    const start = async () => {
      if (!window.PublicKeyCredential) return say("cannot");
      say("ask");
      try {
        const options = JSON.parse(form.dataset.passkeyOptions);
        const answer = await (form.dataset.passkey === "create" ? make : use)(options);
        form.elements.credential.value = JSON.stringify(answer);
        form.submit();
      } catch (error) {
        say(error.name === "InvalidStateError" ? "known" : "stopped");
      }
    };
    form.querySelector("[data-passkey-again]").addEventListener("click", start);
    start();
  }
})();
