#!/usr/bin/env node
'use strict';
const { main } = require('../dist/main.cjs');

void main(process.argv.slice(2), 'tmux-orc').then((exitCode) => (process.exitCode = exitCode));
