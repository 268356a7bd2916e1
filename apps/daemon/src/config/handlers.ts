import { isOrcError } from '@orc/errors';
import type { HandlersOf } from '../http/handlers.ts';
import type { Parts } from '../parts.ts';
import { configJsonSchema, loadConfig, type LoadedConfig } from './load.ts';
import { writeConfigValue } from './write.ts';

/** Calls about the configuration: `loaded` is what the daemon runs with, the file is what the next one will. */
export function createConfigHandlers(
  { layout, environment }: Pick<Parts, 'layout' | 'environment'>,
  loaded: LoadedConfig,
): HandlersOf<'config' | 'checkConfig' | 'setConfig'> {
  return {
    config: () => ({ values: [...loaded.origins], schema: configJsonSchema() }),
    checkConfig: () => {
      try {
        loadConfig(layout.config, environment);
        return { problems: [] };
      } catch (error) {
        if (!isOrcError(error, 'ORC_DAEMON_BAD_CONFIG')) throw error;
        return { problems: [error.message] };
      }
    },
    setConfig: ({ body }) => {
      writeConfigValue(layout.config, body.key, body.value);
      return { key: body.key, value: body.value, path: layout.config, needsRestart: true };
    },
  };
}
