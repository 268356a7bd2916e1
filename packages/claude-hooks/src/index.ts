export { createBodyFiles, type BodyFiles } from './body-files.ts';
export { errors } from './errors.ts';
export {
  answerHook,
  findChannel,
  type HookAnswer,
  type HookChannel,
  type HookContext,
} from './hook-answer.ts';
export { goesOnAfterLimit, type HookFact, type HookFactKind, type HookFactSession } from './hook-facts.ts';
export {
  parseHookInput,
  type HookEventName,
  type HookInput,
  type InvalidHook,
  type ParsedHook,
  type UnknownHook,
} from './hook-input.ts';
export { hooksStatus, installHooks, uninstallHooks, type HooksStatus } from './installer.ts';
export { hooksFileStatus, installHooksFile, uninstallHooksFile, type FileChange } from './installer-file.ts';
export {
  renderMessage,
  renderMessages,
  type MailMessage,
  type RenderedMail,
  type RenderOptions,
  type SpilledBody,
} from './message-text.ts';
export { buildSettings, type AgentSettings, type PermissionMode, type SettingsOptions } from './settings.ts';
