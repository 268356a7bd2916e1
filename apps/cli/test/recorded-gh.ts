import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTempDirectory } from '@orc/testing';

/**
 * A stand-in for GitHub's program, with the answers that gh was recorded to give to the three commands that orc
 * uses: `pr list --json`, `pr create` and `pr merge --merge`. GitHub is a bare repository here.
 */
export function installRecordedGh(bare: string) {
  const bin = makeTempDirectory('orc-bin');
  const [program, state, calls] = ['gh', 'pulls.json', 'calls.txt'].map((name) => join(bin, name)) as [
    string,
    string,
    string,
  ];
  writeFileSync(state, '[]');
  writeFileSync(calls, '');
  const values = { node: process.execPath, bare, state, calls };
  writeFileSync(program, `#!${values.node}\nconst at = ${JSON.stringify(values)};\n${SOURCE}`);
  chmodSync(program, 0o755);
  return { bin, calls: () => readFileSync(calls, 'utf8').trim().split('\n') };
}

const SOURCE = `
const { appendFileSync, readFileSync, writeFileSync } = require('node:fs');
const { execFileSync } = require('node:child_process');
const words = process.argv.slice(2);
appendFileSync(at.calls, words.slice(0, 3).join(' ') + '\\n');
const option = (name) => words[words.indexOf('--' + name) + 1];
const pulls = JSON.parse(readFileSync(at.state, 'utf8'));
const save = () => writeFileSync(at.state, JSON.stringify(pulls));
const git = (...args) => execFileSync('git', ['--git-dir', at.bare, ...args], { encoding: 'utf8' }).trim();
const now = () => new Date().toISOString().replace(/\\.\\d+/, '');
const commands = {
  list() {
    const head = words.includes('--head') ? option('head') : undefined;
    const found = pulls.filter((pull) => head === undefined || pull.headRefName === head);
    console.log(JSON.stringify(found.map(({ body, ...pull }) => pull)));
  },
  create() {
    const [head, base] = [option('head'), option('base')];
    git('rev-parse', '--verify', '--quiet', 'refs/heads/' + head);
    const number = pulls.length + 1;
    const url = 'https://github.example/shop/pull/' + number;
    pulls.push({ number, title: option('title'), body: option('body'), url, state: 'OPEN', isDraft: false,
      headRefName: head, baseRefName: base, createdAt: now(), mergedAt: null });
    save();
    console.log(url);
  },
  merge() {
    const pull = pulls.find(({ number }) => number === Number(words[2]));
    const [head, base] = ['refs/heads/' + pull.headRefName, 'refs/heads/' + pull.baseRefName];
    const text = 'Merge pull request #' + pull.number + ' from ' + pull.headRefName;
    const identity = ['-c', 'user.name=GitHub', '-c', 'user.email=noreply@github.example'];
    git('update-ref', base, git(...identity, 'commit-tree', head + '^{tree}', '-p', base, '-p', head, '-m', text));
    Object.assign(pull, { state: 'MERGED', mergedAt: now() });
    save();
  },
};
if (words[0] !== 'pr' || !commands[words[1]]) {
  console.error('unknown command');
  process.exit(1);
}
commands[words[1]]();
`;
