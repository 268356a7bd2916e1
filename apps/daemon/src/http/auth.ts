import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { operator } from '@orc/contracts';
import type { Registry } from '@orc/registry';
import { errors } from '../errors.ts';
import { writePrivate } from '../system/write-private.ts';

/** Who makes a call. The name is the sender of whatever the call sends. */
export type Caller =
  | { readonly type: 'operator'; readonly name: typeof operator }
  | { readonly type: 'agent'; readonly name: string; readonly project: string };

/**
 * Makes a token once and keeps it in a file that only its owner can read, whole or not at all. An empty file is what a
 * full disk has left: with that as its token nobody would ever be let in.
 */
export function ensureTokenFile(path: string): string {
  const kept = existsSync(path) ? readFileSync(path, 'utf8').trim() : '';
  if (kept !== '') return kept;
  const token = randomBytes(24).toString('base64url');
  writePrivate(path, `${token}\n`);
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
