import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { errors } from '../errors.ts';
import { DaemonConfig } from './schema.ts';

/**
 * Sets one key of the configuration file and keeps its comments; writes nothing that the schema refuses.
 *
 * @throws ORC_DAEMON_BAD_CONFIG
 */
export function writeConfigValue(path: string, key: string, value: unknown): void {
  const document = parseDocument(existsSync(path) ? readFileSync(path, 'utf8') : '');
  document.setIn(key.split('.'), value);
  const checked = DaemonConfig.safeParse(document.toJS() ?? {});
  if (!checked.success)
    throw errors.badConfig(
      path,
      checked.error.issues.map((issue) => `${[...issue.path].join('.') || key}: ${issue.message}`),
    );
  const partial = `${path}.partial`;
  writeFileSync(partial, document.toString(), { mode: 0o600 });
  renameSync(partial, path);
}
