/**
 * What the inspector says of a token. This folder runs unchanged in a browser and in Node: it knows WebCrypto and what
 * it is given, imports nothing from outside, and sends nothing anywhere.
 *
 * @typedef {{ vi: string, en: string }} Both a text in both languages
 *
 * @typedef {object} Input what somebody pasted
 * @property {string} token
 * @property {string | undefined} [other] another token, to compare with
 * @property {string | undefined} [as] the kind that it is to be held against, instead of the one that is recognised
 * @property {string | undefined} [key] JWK, JWK Set, PEM or shared secret: to verify or to decrypt with
 * @property {string | undefined} [accessToken] for at_hash, ath and cnf
 * @property {string | undefined} [code] for c_hash
 * @property {string | undefined} [audience] what `aud` has to be
 * @property {string | undefined} [nonce] what `nonce` has to be
 * @property {string | undefined} [request] `POST https://…/token`: the request that a DPoP proof goes along with
 *
 * @typedef {import('jose').JWK} Jwk
 * @typedef {Pick<typeof import('jose'), 'compactVerify' | 'compactDecrypt' | 'calculateJwkThumbprint' | 'importJWK' | 'importSPKI' | 'importPKCS8' | 'importX509' | 'exportSPKI' | 'errors'>} Jose
 *
 * @typedef {object} World what it is held against
 * @property {Jose} jose
 * @property {number} now milliseconds since 1970, as the instance sees them
 * @property {string} issuer
 * @property {Jwk[]} [keys] what `/jwks` of the instance says; nothing where it could not be read
 * @property {Record<string, Both>} claims what the claims of a person mean here
 *
 * @typedef {object} Check
 * @property {string} check
 * @property {'passed' | 'failed' | 'unchecked'} outcome
 * @property {string} reason
 * @property {string} rule where it is written
 * @property {Both} name
 * @property {Both} because
 *
 * @typedef {object} Member one member of a header or of a payload
 * @property {string} name
 * @property {unknown} value
 * @property {Both} [meaning]
 * @property {string} [rule]
 * @property {string} [time] ISO 8601, where it is one
 * @property {number} [seconds] from the instance's time to that one
 * @property {Member[]} [members] of an object whose members mean something
 *
 * @typedef {object} Disclosure one of an SD-JWT
 * @property {string} [name] nothing where it is an element of a list
 * @property {unknown} value
 * @property {string} digest
 * @property {boolean} matched
 *
 * @typedef {object} Report
 * @property {string} kind
 * @property {Both} name
 * @property {Both} about
 * @property {string} [rule]
 * @property {Check[]} checks
 * @property {Member[]} header
 * @property {Member[]} payload
 * @property {string} [text] of a payload that is no object
 * @property {Disclosure[]} [disclosures]
 * @property {Report[]} [inside] what was encrypted; the key binding of an SD-JWT
 *
 * @typedef {object} Difference
 * @property {'header' | 'payload'} part
 * @property {string} name
 * @property {'same' | 'different' | 'only-here' | 'only-there'} state
 * @property {unknown} [here]
 * @property {unknown} [there]
 *
 * @typedef {object} Inspection
 * @property {Report} token
 * @property {{ kind: string, name: Both, differences: Difference[] }} [other]
 */
export {};
