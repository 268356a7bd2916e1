import type { Command } from '../command.ts';
import { agentCommands } from './agents.ts';
import { budgetCommands } from './budget.ts';
import { benchCommands } from './bench.ts';
import { channelCommands } from './channels.ts';
import { creditCommands } from './credits.ts';
import { daemonCommands } from './daemon.ts';
import { command as demo } from './demo.ts';
import { command as doctor } from './doctor.ts';
import { command as down } from './down.ts';
import { eventCommands } from './events.ts';
import { gitCommands } from './git.ts';
import { hookCommands } from './hooks.ts';
import { leadingCommands } from './leading.ts';
import { messageFileCommands } from './message-files.ts';
import { messageCommands } from './messages.ts';
import { monitorCommands } from './monitor.ts';
import { numberCommands } from './numbers.ts';
import { command as plan } from './plan.ts';
import { reportCommands } from './reports.ts';
import { pubsubCommands } from './pubsub.ts';
import { command as resume } from './resume.ts';
import { routingCommands } from './routing.ts';
import { scheduleCommands } from './schedule.ts';
import { serviceCommands } from './service.ts';
import { command as send } from './send.ts';
import { standupCommands } from './standups.ts';
import { command as status } from './status.ts';
import { rulesCommands } from './rules.ts';
import { systemCommands } from './system.ts';
import { taskCommands } from './tasks.ts';
import { teamDaemonCommands } from './team-daemon.ts';
import { command as up } from './up.ts';
import { violationCommands } from './violations.ts';
import { workCommands } from './work.ts';

/** Every command, in the order in which the help shows them. */
export const commands: readonly Command[] = [
  demo,
  up,
  resume,
  down,
  plan,
  status,
  send,
  ...messageCommands,
  ...messageFileCommands,
  ...taskCommands,
  ...reportCommands,
  ...standupCommands,
  ...leadingCommands,
  ...routingCommands,
  ...agentCommands,
  ...scheduleCommands,
  ...numberCommands,
  ...teamDaemonCommands,
  ...workCommands,
  ...gitCommands,
  ...creditCommands,
  ...rulesCommands,
  ...violationCommands,
  ...budgetCommands,
  ...daemonCommands,
  ...serviceCommands,
  ...hookCommands,
  ...channelCommands,
  ...pubsubCommands,
  ...monitorCommands,
  ...eventCommands,
  doctor,
  ...benchCommands,
  ...systemCommands,
];
