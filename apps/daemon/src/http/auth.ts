import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { operator } from '@orc/contracts';
import type { Registry } from '@orc/registry';
import { errors } from '../errors.ts';

/** Who makes a call. The name is the sender of whatever the call sends. */
export type Caller =
  | { readonly type: 'operator'; readonly name: typeof operator }
  | { readonly type: 'agent'; readonly name: string; readonly project: string };

/** Makes a token once and keeps it in a file that only its owner can read. */
export function ensureTokenFile(path: string): string {
  if (existsSync(path)) return readFileSync(path, 'utf8').trim();
  const token = randomBytes(24).toString('base64url');
  writeFileSync(path, `${token}\n`, { mode: 0o600, flag: 'wx' });
  return token;
}

export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/**
 * Turns the bearer token of a call into its caller.
 *
 * @throws ORC_DAEMON_UNAUTHORIZED
 */
export function createAuthenticator(
  operatorToken: string,
  registry: Registry,
): (header: string | undefined) => Caller {
  const operatorHash = Buffer.from(hashToken(operatorToken), 'hex');
  return (header) => {
    const token = /^Bearer (.+)$/.exec(header ?? '')?.[1];
    if (token === undefined) throw errors.unauthorized();
    const hash = hashToken(token);
    if (timingSafeEqual(Buffer.from(hash, 'hex'), operatorHash)) return { type: 'operator', name: operator };
    const agent = registry.findAgentByTokenHash(hash);
    if (!agent) throw errors.unauthorized();
    return { type: 'agent', name: agent.id, project: agent.project };
  };
}
