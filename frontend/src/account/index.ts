/**
 * Passkeys and security keys on the account pages.
 *
 * A button `data-passkey` names what it does: `sign-in` (options fetched from its form's address), `authenticate` or
 * `add` (options in the JSON block whose id is `data-options`). The form (`form` attribute, or the one around the
 * button) has a field `credential`, which takes the answer. `data-passwordless` names a checkbox.
 */

import { toast } from "../core/announce.ts";
import { word } from "../core/words.ts";
import { creationOptions, credentialJSON, requestOptions, type CreationJSON, type RequestJSON } from "./credentials.ts";

interface Options {
  request_options?: { publicKey: RequestJSON };
  creation_options?: { publicKey: CreationJSON };
}

/** Passkeys need a secure context and a host name: an address of digits has none. */
function supported(): boolean {
  return window.isSecureContext && "PublicKeyCredential" in window && !/^[\d.]+$|^\[/.test(location.hostname);
}

async function optionsOf(button: HTMLElement, form: HTMLFormElement): Promise<Options> {
  if (button.dataset["passkey"] === "sign-in") {
    const answer = await fetch(form.action, { headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" } });
    if (!answer.ok) throw new Error(word("serverError", { code: answer.status }));
    return (await answer.json()) as Options;
  }
  const block = document.getElementById(button.dataset["options"] ?? "js_data");
  return JSON.parse(block?.textContent ?? "{}") as Options;
}

function wanting(json: CreationJSON, passwordless: boolean): CreationJSON {
  return {
    ...json,
    authenticatorSelection: {
      ...json.authenticatorSelection,
      residentKey: passwordless ? "required" : "discouraged",
      requireResidentKey: passwordless,
      ...(passwordless ? { userVerification: "required" as const } : {}),
    },
  };
}

async function run(button: HTMLButtonElement): Promise<void> {
  const form = button.form;
  const field = form?.elements.namedItem("credential");
  if (!form || !(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement)) return;
  const options = await optionsOf(button, form);
  const box = document.getElementById(button.dataset["passwordless"] ?? "");
  const made = options.creation_options
    ? await navigator.credentials.create({
        publicKey: creationOptions(
          box instanceof HTMLInputElement ? wanting(options.creation_options.publicKey, box.checked) : options.creation_options.publicKey,
        ),
      })
    : options.request_options
      ? await navigator.credentials.get({ publicKey: requestOptions(options.request_options.publicKey) })
      : null;
  if (!(made instanceof PublicKeyCredential)) return;
  field.value = JSON.stringify(credentialJSON(made));
  // not form.requestSubmit(): the form's other fields may be required for the other way in
  form.submit();
}

for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-passkey]")) {
  if (!supported()) {
    button.disabled = true;
    button.title = word("passkeyUnsupported");
    const reason = document.createElement("span");
    reason.className = "field-help";
    reason.textContent = word("passkeyUnsupported");
    button.after(reason);
    continue;
  }
  button.addEventListener("click", (event) => {
    event.preventDefault();
    button.disabled = true;
    run(button)
      .catch((error: unknown) => {
        const cancelled = error instanceof DOMException && (error.name === "NotAllowedError" || error.name === "AbortError");
        const why = cancelled ? word("passkeyCancelled") : error instanceof Error ? error.message : String(error);
        toast(word("passkeyFailed", { why }), "bad");
      })
      .finally(() => {
        button.disabled = false;
      });
  });
}
