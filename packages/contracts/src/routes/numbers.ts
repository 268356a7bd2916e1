import { z } from 'zod';
import { alertSchema, numbersSchema } from '../schemas/numbers.ts';
import { define, project } from './define.ts';

/** What the team's work amounts to. */
export const numbers = {
  numbers: define({
    access: 'agent',
    query: z.strictObject({ project, agent: z.string().optional() }),
    answer: numbersSchema,
  }),
  alerts: define({ access: 'agent', answer: z.object({ alerts: z.array(alertSchema) }) }),
  /** What monitoring asks for: plain text. */
  metrics: define({ access: 'operator', answer: z.string() }),
  metricsText: define({ access: 'operator', answer: z.object({ text: z.string() }) }),
};
