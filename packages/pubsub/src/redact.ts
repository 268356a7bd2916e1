const SECRETS: readonly RegExp[] = [
  /\bsk-[A-Za-z0-9_-]{16,}/g,
  /\bgh[pousr]_[A-Za-z0-9]{20,}/g,
  /\bgithub_pat_[A-Za-z0-9_]{20,}/g,
  /\bAKIA[0-9A-Z]{16}\b/g,
  /\bxox[abprs]-[A-Za-z0-9-]{10,}/g,
  /\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{5,}/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
];
const NAMED = /\b((?:api[_-]?key|token|password|passwd|secret)\s*[=:]\s*)(?:"[^"]+"|'[^']+'|[^\s,;]{6,})/gi;

/** The text without what looks like a key, a token or a password: a group has more readers than its writer knows. */
export function redactSecrets(text: string): string {
  const hidden = SECRETS.reduce((rest, secret) => rest.replaceAll(secret, '[hidden]'), text);
  return hidden.replaceAll(NAMED, '$1[hidden]');
}
