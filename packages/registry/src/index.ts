export { errors } from './errors.ts';
export { openRegistry, type Registry, type RegistryOptions } from './registry.ts';
export type {
  Agent,
  AgentInput,
  AgentPatch,
  ChannelNote,
  ChannelRecord,
  Context,
  ContextInput,
  Fact,
  Project,
  ProjectInput,
  ProjectPatch,
  Restart,
  Session,
} from './records.ts';
export type { Step } from './projects.ts';
