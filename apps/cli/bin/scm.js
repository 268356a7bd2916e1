#!/usr/bin/env node
'use strict';
const { main } = require('../dist/main.cjs');

void main(['send', ...process.argv.slice(2)], 'scm').then((exitCode) => (process.exitCode = exitCode));
