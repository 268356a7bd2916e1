import { randomBytes } from 'node:crypto';
import { errors } from './errors.ts';

/** `project/role`, or `project/role-2` for a second agent of a role. */
export type AgentId = `${string}/${string}`;

/** The name under which the person at the keyboard sends and receives. No project or role may take it. */
export const operator = 'user';

const SLUG = /^[a-z0-9](?:[a-z0-9-]{0,46}[a-z0-9])?$/;

/** True for 1 to 48 of `a-z 0-9 -` that begin and end with a letter or digit. */
export function isSlug(text: string): boolean {
  return SLUG.test(text) && text !== operator;
}

/** The nearest slug to any text; `project` when nothing of it can be kept. */
export function slugOf(text: string): string {
  const slug = text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 40)
    .replace(/-+$/, '');
  return isSlug(slug) ? slug : 'project';
}

export function isAgentId(text: string): text is AgentId {
  const [project, role, ...rest] = text.split('/');
  return rest.length === 0 && project !== undefined && role !== undefined && isSlug(project) && isSlug(role);
}

/** @throws ORC_CONTRACTS_BAD_AGENT_ID */
export function parseAgentId(text: string): { readonly project: string; readonly role: string } {
  if (!isAgentId(text)) throw errors.badAgentId(text);
  const [project = '', role = ''] = text.split('/');
  return { project, role };
}

export function agentIdOf(project: string, role: string): AgentId {
  return `${project}/${role}`;
}

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** A random id of 50 bits after a prefix, in letters that are not mistaken for one another: `m7k2p9q4xd`. */
export function newId(prefix: string): string {
  return prefix + Array.from(randomBytes(10), (byte) => ALPHABET[byte & 31]).join('');
}
