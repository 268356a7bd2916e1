import { homedir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { files, readText, root } from './workspace.ts';

const texts = files
  .filter((file) => !/\.(png|gif|ico|woff2?)$/.test(file))
  .map((file) => ({ file, lines: readText(file).split('\n') }));

/** Each place of the tree where the pattern is found. */
function find(pattern: RegExp, options: { readonly except?: RegExp; readonly in?: RegExp } = {}): string[] {
  return texts
    .filter(({ file }) => options.in?.test(file) ?? true)
    .flatMap(({ file, lines }) =>
      lines.flatMap((line, index) => {
        const [match] = pattern.exec(line) ?? [];
        return match !== undefined && !options.except?.test(match) ? [`${file}:${index + 1}: ${match}`] : [];
      }),
    );
}

const quote = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

describe('every text in the tree', () => {
  it('is free of paths of the machine where it was written', () => {
    // Ada and her friends live in examples only.
    const invented = /^.?\/(home|Users)\/(ada|user|me|you|dev|someone|worktrees|\.claude)\b/;
    const absolute = /(?<![\w.~}$)-])\/(home|Users|root)\/[\w.-]+/;
    expect(find(absolute, { except: invented })).toEqual([]);
    for (const path of [root, homedir()].filter((path) => path.split('/').length > 2))
      expect(find(new RegExp(`${quote(path)}\\b`))).toEqual([]);
  });

  it('names no host that packages come from', () => {
    expect(
      find(
        /registry\.(npmjs|yarnpkg)\.\w+|\bnpmmirror\b|https?:\/\/[\w.-]*(registry|artifactory|nexus|verdaccio)[\w.-]*/,
      ),
    ).toEqual([]);
    expect(find(/\btarball:|https?:\/\//, { in: /^pnpm-lock\.yaml$/ })).toEqual([]);
  });

  it('leaves no notes about what is still to do', () => {
    expect(
      find(/(\/\/|\*|#|<!--)\s*(TODO|FIXME|XXX|HACK)\b/, { in: /\.(ts|mjs|cjs|js|md|yaml|json)$/ }),
    ).toEqual([]);
  });

  it('turns off no rule without saying which one and why', () => {
    const off =
      /(eslint-disable|@ts-ignore|@ts-nocheck|@ts-expect-error|prettier-ignore)(?!.*(:| --) \w{2}).*/;
    expect(find(off, { in: /\.(ts|mjs|cjs|js)$/, except: /\(\?!/ })).toEqual([]);
  });

  it('ends with a newline and holds no conflict', () => {
    const open = texts.filter(({ lines }) => lines.length > 1 && lines.at(-1) !== '').map(({ file }) => file);
    expect(open.filter((file) => !/fixtures\/|\.svg$/.test(file))).toEqual([]);
    expect(find(/^(<{7}|>{7}) /)).toEqual([]);
  });
});
