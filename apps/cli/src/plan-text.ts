import type { PlanView } from '@orc/contracts';
import { formatTable } from './table.ts';

/** What `orc plan` prints: the team, the tasks, and the reason for every choice. */
export function formatPlan(plan: PlanView): string {
  const { team } = plan;
  const lines = [
    `${plan.project}  ${plan.path}`,
    `team type ${team.type}, size ${team.size}, plan ${team.plan}, runtime ${plan.runtime}, branch ${plan.parentBranch ?? 'none'}`,
    '',
    formatTable([['ROLE', 'WHY'], ...team.members.map(({ role, reason }) => [role, reason])]),
  ];
  const rows = (title: string, choices: typeof team.members) => {
    if (choices.length > 0)
      lines.push('', `${title}: ${choices.map(({ role, reason }) => `${role} (${reason})`).join('; ')}`);
  };
  rows('left out', team.dropped);
  rows('also possible', team.offered);
  lines.push(
    '',
    formatTable([
      ['TASK', 'FOR', 'AFTER', 'TITLE'],
      ...plan.tasks.map(({ id, role, after, title }) => [id, role, after.join(' '), title]),
    ]),
  );
  for (const warning of team.warnings) lines.push('', `warning: ${warning}`);
  for (const reason of plan.reasons) lines.push(`· ${reason}`);
  for (const advice of team.advice) lines.push(`· ${advice}`);
  return lines.join('\n');
}
