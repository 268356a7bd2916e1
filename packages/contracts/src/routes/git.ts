import { z } from 'zod';
import {
  gitCheckSchema,
  gitRadarSchema,
  gitStatusSchema,
  gitSyncSchema,
  integrationAnswerSchema,
  laneStatusSchema,
} from '../schemas/git.ts';
import { define, flag, project } from './define.ts';

/** The branches of a team: what git says of them, and how they come together. */
export const git = {
  gitStatus: define({
    access: 'agent',
    query: z.strictObject({ project, fresh: flag }),
    answer: gitStatusSchema,
  }),
  gitRadar: define({ access: 'agent', query: z.strictObject({ project }), answer: gitRadarSchema }),
  gitCheck: define({ access: 'agent', query: z.strictObject({ project }), answer: gitCheckSchema }),
  gitIntegrate: define({
    access: 'agent',
    body: z.strictObject({
      project,
      only: z.array(z.string().min(1)).max(100).default([]),
      dryRun: z.boolean().default(false),
      withoutTests: z.boolean().default(false),
      updateCheckout: z.boolean().default(false),
      abandon: z.boolean().default(false),
    }),
    answer: integrationAnswerSchema,
    isStream: true,
  }),
  gitRollback: define({
    access: 'agent',
    body: z.strictObject({
      project,
      to: z.string().min(1).optional(),
      dryRun: z.boolean().default(false),
      updateCheckout: z.boolean().default(false),
      force: z.boolean().default(false),
      confirm: z.string().optional(),
    }),
    answer: integrationAnswerSchema,
    isStream: true,
  }),
  gitSync: define({
    access: 'agent',
    body: z.strictObject({ project, agent: z.string().optional(), from: z.string().optional() }),
    answer: gitSyncSchema,
  }),
  lanes: define({ access: 'agent', query: z.strictObject({ project }), answer: laneStatusSchema }),
  changeLanes: define({
    access: 'agent',
    body: z.strictObject({ project, isOn: z.boolean() }),
    answer: laneStatusSchema,
  }),
};
