// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { Refusal } from "../lib/http";
import { creationOptions, credentialText, decode, encode, requestOptions } from "./coding";
import { say, sentence } from "./words";

const bytes = (...values: number[]) => Uint8Array.from(values).buffer;

describe("base64url", () => {
  it("comes back as it went, whatever the length", () => {
    for (let length = 0; length < 70; length++) {
      const data = Uint8Array.from({ length }, (_, i) => (i * 251 + length) % 256);
      expect(decode(encode(data.buffer))).toEqual(data);
    }
  });
  it("has no character that an address would change", () => {
    expect(encode(bytes(0xfb, 0xff, 0xfe))).toBe("-__-");
    expect(encode(bytes(0xff))).toBe("_w");
  });
});

describe("what browsers are asked for", () => {
  it("asks for the person's verification and names no key when somebody signs in", () => {
    const made = requestOptions({ challenge: "AAEC", rpId: "localhost", timeout: 5 });
    expect(made).toEqual({
      challenge: decode("AAEC"),
      allowCredentials: [],
      userVerification: "required",
      rpId: "localhost",
      timeout: 5,
    });
  });
  it("asks for a key that is found without a name, and not for one that is there already", () => {
    const made = creationOptions({
      rp: { name: "Class 3", id: "localhost" },
      user: { id: "AQI", name: "mina", displayName: "Mina" },
      challenge: "AAEC",
      pubKeyCredParams: [{ type: "public-key", alg: -7 }],
      excludeCredentials: [{ type: "public-key", id: "AwQ" }],
    });
    expect(made.authenticatorSelection).toEqual({
      residentKey: "required",
      requireResidentKey: true,
      userVerification: "required",
    });
    expect(made.user.id).toEqual(decode("AQI"));
    expect(made.excludeCredentials).toEqual([{ type: "public-key", id: decode("AwQ") }]);
  });
});

describe("what a device says", () => {
  const credential = (response: object) =>
    ({ rawId: bytes(1, 2), response }) as unknown as PublicKeyCredential;
  it("is a new key", () => {
    const said = { clientDataJSON: bytes(3), attestationObject: bytes(4) };
    expect(JSON.parse(credentialText(credential(said)))).toEqual({
      id: "AQI",
      rawId: "AQI",
      type: "public-key",
      response: { clientDataJSON: "Aw", attestationObject: "BA" },
    });
  });
  it("or the proof of one", () => {
    const said = { authenticatorData: bytes(5), signature: bytes(6), userHandle: bytes(7) };
    const text = credentialText(credential({ clientDataJSON: bytes(3), ...said }));
    expect(JSON.parse(text).response).toEqual({
      clientDataJSON: "Aw",
      authenticatorData: "BQ",
      signature: "Bg",
      userHandle: "Bw",
    });
  });
});

describe("what went wrong", () => {
  it("is told in the server's words, or in ours", () => {
    expect(sentence(new Refusal(401, "passkey_failed", "No.", "Try."))).toBe("No. Try.");
    expect(sentence(new Refusal(0, "offline", ""))).toBe(say("offline"));
    expect(sentence(new DOMException("", "NotAllowedError"))).toBe(say("cancelled"));
    expect(sentence(new DOMException("", "InvalidStateError"))).toBe(say("known"));
    expect(sentence(new TypeError("x"))).toBe(say("failed"));
  });
});
