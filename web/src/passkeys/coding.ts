// WebAuthn between JSON, as the server speaks it, and the bytes that browsers want. Browsers learn
// to do this themselves (parseRequestOptionsFromJSON, toJSON); those of 2022 to 2024 cannot yet.

/** Unpadded base64url. */
export function encode(bytes: ArrayBuffer): string {
  const text = Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join("");
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** The bytes of base64url text, padded or not. Throws when it is none. */
export function decode(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

/** What navigator.credentials.get takes, of PublicKeyCredentialRequestOptionsJSON. */
export function requestOptions(
  json: PublicKeyCredentialRequestOptionsJSON,
): PublicKeyCredentialRequestOptions {
  const { challenge, timeout, rpId } = json;
  const options: PublicKeyCredentialRequestOptions = {
    challenge: decode(challenge),
    allowCredentials: [], // whichever the device has for this place
    userVerification: "required",
  };
  if (timeout !== undefined) options.timeout = timeout;
  if (rpId !== undefined) options.rpId = rpId;
  return options;
}

/** What navigator.credentials.create takes, of PublicKeyCredentialCreationOptionsJSON. */
export function creationOptions(
  json: PublicKeyCredentialCreationOptionsJSON,
): PublicKeyCredentialCreationOptions {
  const options: PublicKeyCredentialCreationOptions = {
    rp: json.rp,
    user: { ...json.user, id: decode(json.user.id) },
    challenge: decode(json.challenge),
    pubKeyCredParams: json.pubKeyCredParams as PublicKeyCredentialParameters[],
    excludeCredentials: (json.excludeCredentials ?? []).map(({ id }) => ({
      type: "public-key",
      id: decode(id),
    })),
    authenticatorSelection: {
      residentKey: "required",
      requireResidentKey: true, // what the browsers before residentKey understand
      userVerification: "required",
    },
    attestation: "none",
  };
  if (json.timeout !== undefined) options.timeout = json.timeout;
  return options;
}

/** A credential as JSON text for the server: a new one, or the proof of one that is there. */
export function credentialText(credential: PublicKeyCredential): string {
  const id = encode(credential.rawId);
  const said = credential.response;
  const response: Record<string, string> = { clientDataJSON: encode(said.clientDataJSON) };
  if ("attestationObject" in said) {
    response.attestationObject = encode(said.attestationObject as ArrayBuffer);
  } else {
    const proof = said as AuthenticatorAssertionResponse;
    response.authenticatorData = encode(proof.authenticatorData);
    response.signature = encode(proof.signature);
    if (proof.userHandle) response.userHandle = encode(proof.userHandle);
  }
  return JSON.stringify({ id, rawId: id, type: "public-key", response });
}
