import { z } from 'zod';

/** Who may call: the person at the keyboard only, or every agent too (each as itself). */
export type Access = 'operator' | 'agent';

/** A call's declaration, checked for its shape and kept with its exact types. */
export const define = <
  const Route extends {
    access: Access;
    params?: z.ZodType;
    query?: z.ZodType;
    body?: z.ZodType;
    /** What the daemon answers. A streaming call ends its progress lines with this. */
    answer: z.ZodType;
    isStream?: boolean;
  },
>(
  route: Route,
) => route;

export const text = z.string().max(4_000_000);
export const flag = z.stringbool().optional();
export const count = z.coerce.number().int().min(1).max(10_000).optional();
/** A name, or an absolute path in the project or in one of its worktrees. */
export const project = z.string().optional();
/** A place in the file system. The daemon stands elsewhere than whoever calls. */
export const place = z.string().startsWith('/', 'must be an absolute path');
export const messageParams = z.object({ id: z.string() });
export const agentParams = z.object({ project: z.string(), role: z.string() });
