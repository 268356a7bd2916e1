import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describeError } from '@orc/errors';
import { run } from '@orc/process';

/** The client that everything said about clients was seen with. */
const clientVersion = '2.1.329';

const INSTALL_MS = 280_000;

export type Installed =
  { readonly isThere: true; readonly binary: string } | { readonly isThere: false; readonly why: string };

/**
 * Puts the client from npm into a directory, once. The package's launcher wants a newer Node than orc does;
 * the client itself is a native program, and that is what is started.
 */
export async function installClient(directory: string): Promise<Installed> {
  const platform = `${process.platform}-${process.arch}`;
  const prefix = join(directory, clientVersion);
  const binary = join(prefix, 'node_modules', '@anthropic-ai', `claude-code-${platform}`, 'claude');
  if (existsSync(binary)) return { isThere: true, binary };
  mkdirSync(prefix, { recursive: true });
  const wanted = `@anthropic-ai/claude-code@${clientVersion}`;
  try {
    const args = ['install', '--prefix', prefix, '--no-audit', '--no-fund', '--loglevel=error', wanted];
    const { exitCode, stderr } = await run('npm', args, { cwd: prefix, timeoutMs: INSTALL_MS });
    if (exitCode !== 0) return { isThere: false, why: `npm could not install ${wanted}: ${stderr.trim()}` };
  } catch (error) {
    return { isThere: false, why: describeError(error) };
  }
  return existsSync(binary)
    ? { isThere: true, binary }
    : { isThere: false, why: `there is no client for ${platform}` };
}
