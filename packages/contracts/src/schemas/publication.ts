import { z } from 'zod';
import { instant } from './time.ts';

/** Something said to a group of one project. */
export const publicationSchema = z.object({
  seq: z.int(),
  id: z.string(),
  at: instant,
  project: z.string(),
  group: z.string(),
  priority: z.int(),
  priorityName: z.string(),
  type: z.string().describe('What its tags make it: failure, idle, recovery, status … or message.'),
  tags: z.array(z.string()),
  text: z.string(),
  publisher: z.string(),
  session: z.string().nullable(),
  recipients: z.array(z.string()),
  acknowledgements: z.array(
    z.object({ by: z.string(), session: z.string().nullable(), text: z.string(), at: instant }),
  ),
});
