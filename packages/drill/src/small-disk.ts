import { mkdirSync } from 'node:fs';
import { run, runOrThrow } from '@orc/process';

/** Mounts a file system that is soon full. @throws ORC_PROCESS_FAILED where even root may not, as in many containers */
export async function mountSmallDisk(path: string): Promise<AsyncDisposable> {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  await runOrThrow('mount', ['-t', 'tmpfs', '-o', 'size=48m,mode=0700', 'orc-drill', path], { cwd: '/' });
  return {
    async [Symbol.asyncDispose]() {
      await run('umount', ['-l', path], { cwd: '/' });
    },
  };
}
