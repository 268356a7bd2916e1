import { existsSync, readFileSync } from 'node:fs';
import { describeError } from '@orc/errors';
import { parseDocument, type Document } from 'yaml';
import { errors } from '../errors.ts';
import { aboutPlace } from '../system/about-place.ts';
import { writePrivate } from '../system/write-private.ts';
import { DaemonConfig } from './schema.ts';

/**
 * Sets one key of the configuration file and keeps its comments; writes nothing that the schema refuses.
 *
 * @throws ORC_DAEMON_BAD_CONFIG, and ORC_DAEMON_BAD_REQUEST where the file cannot be written
 */
export function writeConfigValue(path: string, key: string, value: unknown): void {
  const document = withValue(path, key, value);
  const checked = DaemonConfig.safeParse(document.toJS() ?? {});
  if (!checked.success)
    throw errors.badConfig(
      path,
      checked.error.issues.map((issue) => `${[...issue.path].join('.') || key}: ${issue.message}`),
    );
  try {
    writePrivate(path, document.toString());
  } catch (error) {
    throw aboutPlace(path, error);
  }
}

function withValue(path: string, key: string, value: unknown): Document {
  try {
    const document = parseDocument(existsSync(path) ? readFileSync(path, 'utf8') : '');
    const [broken] = document.errors;
    if (broken) throw broken;
    document.setIn(key.split('.'), value);
    return document;
  } catch (error) {
    throw errors.badConfig(path, [describeError(error)]);
  }
}
