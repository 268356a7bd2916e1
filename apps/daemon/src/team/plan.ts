import { basename } from 'node:path';
import { slugOf, type PlanView } from '@orc/contracts';
import { schemas } from '@orc/contracts';
import {
  createClaudePlanner,
  createOutlinePlanner,
  explainPlan,
  parseSpec,
  planTeam,
  surveyProject,
  type Catalogue,
  type TeamPlan,
} from '@orc/team-planner';
import type { z } from 'zod';
import { errors } from '../errors.ts';
import type { Parts } from '../parts.ts';
import { readDecided } from './decided.ts';
import { createAskClaude } from './ask-claude.ts';

export type UpRequest = z.output<typeof schemas.upInputSchema>;

export interface Planned {
  readonly view: PlanView;
  readonly team: TeamPlan;
}

/** The board takes ids of up to 60 characters, the project and a dot included. */
const TASK_ID_MAX = 59;

/** Reads spec and tree and decides team and tasks. Changes nothing anywhere. */
export async function makePlan(parts: Parts, catalogue: Catalogue, request: UpRequest): Promise<Planned> {
  const { config, worktrees, registry } = parts;
  const repository = await worktrees.inspectRepository(request.path);
  const known = registry.findProjectByPath(repository.root);
  const specText = request.spec?.text ?? known?.specText;
  if (specText === undefined || specText === null) throw errors.noSpec(repository.root);
  const spec = parseSpec(specText);
  const survey = await surveyProject(repository.root);
  const decided = known && readDecided(known);
  const { teamType = known?.teamType, size = known?.size, addRoles } = request;
  const roles = request.roles ?? decided?.members.map(({ role }) => role);
  const team = planTeam({
    survey,
    spec,
    catalogue,
    plan: request.plan ?? known?.plan ?? config.team.plan,
    hub: request.hub ?? decided?.profile ?? config.team.hub,
    ...(teamType !== undefined && { teamType }),
    ...(roles !== undefined && { roles }),
    ...(addRoles !== undefined && { addRoles }),
    ...(size !== undefined && { size }),
  });
  const slug = known?.slug ?? slugOf(request.name ?? basename(repository.root));
  const holder = registry.findProject(slug);
  if (holder && holder.path !== repository.root) throw errors.slugTaken(slug, holder.path);
  const planner =
    request.planner === 'claude'
      ? createClaudePlanner({ ask: createAskClaude(parts) })
      : createOutlinePlanner();
  const outline = await planner.plan({
    spec,
    team,
    survey,
    catalogue,
    idCharactersMax: TASK_ID_MAX - slug.length,
  });
  return {
    team,
    view: {
      project: slug,
      path: repository.root,
      parentBranch: known?.parentBranch ?? repository.branch,
      runtime: request.runtime ?? known?.runtime ?? config.agents.runtime,
      planner: outline.planner,
      team: {
        type: team.type,
        size: team.size,
        plan: team.plan,
        members: team.members,
        dropped: team.dropped,
        offered: team.offered,
        warnings: [...team.warnings, ...outline.warnings],
        advice: team.advice,
        matrix: team.matrix,
      },
      reasons: explainPlan({ team, outline }),
      phases: outline.phases,
      tasks: outline.tasks.map((task) => ({
        ...task,
        id: `${slug}.${task.id}`,
        after: task.after.map((id) => `${slug}.${id}`),
      })),
    },
  };
}
