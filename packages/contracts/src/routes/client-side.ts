import { z } from 'zod';
import { define } from './define.ts';

const rawText = z.string();

/** What the hook program says and hears is the client's own format, passed through as text. */
export const clientSide = {
  hooks: define({ access: 'agent', body: z.unknown(), answer: rawText }),
  wait: define({ access: 'agent', body: z.unknown(), answer: rawText }),
  statusLine: define({ access: 'agent', body: z.unknown(), answer: rawText }),
};
