// All that is needed of Node's own types; the rest of the package knows browsers only.
declare module 'node:crypto' {
  export const webcrypto: Crypto;
}
