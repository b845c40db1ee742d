/** WebAuthn's options and answers as JSON (W3C WebAuthn level 3, "…ToJSON"), for browsers that lack the conversions. */

export function toBytes(base64url: string): Uint8Array<ArrayBuffer> {
  const base64 = base64url.replace(/-/g, "+").replace(/_/g, "/").padEnd(Math.ceil(base64url.length / 4) * 4, "=");
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

export function fromBytes(buffer: ArrayBuffer): string {
  let text = "";
  for (const byte of new Uint8Array(buffer)) text += String.fromCharCode(byte);
  return btoa(text).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

interface Described {
  id: string;
  type: PublicKeyCredentialType;
  transports?: AuthenticatorTransport[];
}

export interface CreationJSON {
  challenge: string;
  user: { id: string; name: string; displayName: string };
  excludeCredentials?: Described[];
  authenticatorSelection?: AuthenticatorSelectionCriteria;
  [other: string]: unknown;
}

export interface RequestJSON {
  challenge: string;
  allowCredentials?: Described[];
  [other: string]: unknown;
}

const described = (list: Described[] | undefined): PublicKeyCredentialDescriptor[] =>
  (list ?? []).map((entry) => ({ ...entry, id: toBytes(entry.id) }));

export function creationOptions(json: CreationJSON): PublicKeyCredentialCreationOptions {
  return {
    ...json,
    challenge: toBytes(json.challenge),
    user: { ...json.user, id: toBytes(json.user.id) },
    excludeCredentials: described(json.excludeCredentials),
  } as unknown as PublicKeyCredentialCreationOptions;
}

export function requestOptions(json: RequestJSON): PublicKeyCredentialRequestOptions {
  return { ...json, challenge: toBytes(json.challenge), allowCredentials: described(json.allowCredentials) };
}

/** What the authenticator answered, as the server reads it. */
export function credentialJSON(credential: PublicKeyCredential): Record<string, unknown> {
  const answer = credential.response;
  const response: Record<string, unknown> = { clientDataJSON: fromBytes(answer.clientDataJSON) };
  if (answer instanceof AuthenticatorAttestationResponse) {
    response["attestationObject"] = fromBytes(answer.attestationObject);
    response["transports"] = answer.getTransports();
  } else if (answer instanceof AuthenticatorAssertionResponse) {
    response["authenticatorData"] = fromBytes(answer.authenticatorData);
    response["signature"] = fromBytes(answer.signature);
    response["userHandle"] = answer.userHandle ? fromBytes(answer.userHandle) : null;
  }
  return {
    id: credential.id,
    rawId: fromBytes(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  };
}
