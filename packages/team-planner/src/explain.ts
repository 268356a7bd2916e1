import type { WorkPlan } from './outline-types.ts';
import type { TeamPlan } from './team-types.ts';

/** Every choice of a plan with its reason, one sentence each, in the order in which they were made. */
export function explainPlan({
  team,
  outline,
}: {
  readonly team: TeamPlan;
  readonly outline?: WorkPlan;
}): string[] {
  const { typeDecision, matrix } = team;
  const shown = Math.round(typeDecision.confidence * 100);
  const others = typeDecision.scores
    .filter(({ type, score }) => type !== team.type && score > 0)
    .map(({ type, score }) => `${type} ${score}`);
  const own = typeDecision.scores.find(({ type }) => type === team.type)?.score ?? 0;
  return [
    `type ${team.type} (${shown} % sure): ${typeDecision.reason}`,
    ...(others.length > 0 ? [`other types were considered: ${others.join(', ')}; ${team.type} ${own}`] : []),
    `size ${team.size}: ${team.sizeReason}`,
    `plan ${team.plan}: ${team.planReason}`,
    `reports go to ${matrix.hub}: profile ${matrix.profile}, matrix ${matrix.id}`,
    ...team.members.map(({ name, reason }) => `${name} is in the team: ${reason}`),
    ...team.dropped.map(({ role, reason }) => `${role} is left out: ${reason}`),
    ...team.offered.map(({ role, reason }) => `${role} could join: ${reason}`),
    ...(outline ? explainWork(outline) : []),
  ];
}

function explainWork({ assignments, links, done }: WorkPlan): string[] {
  const reasonsFor = (task: string) => links.filter((link) => link.task === task);
  return [
    ...done.map((title) => `"${title}" is checked off in the specification, so it is no task`),
    ...assignments.map(({ task, role, reason }) => {
      const waits = reasonsFor(task).map((link) => `waits for ${link.after}: ${link.reason}`);
      return [`${task} is for ${role}: ${reason}`, ...waits].join('; ');
    }),
  ];
}
