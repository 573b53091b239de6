'use strict';
/**
 * The program's own word to Limber: ask for resources ahead, see and follow the allocation.
 * Every call is harmless outside of Limber: hint() resolves to null, allocation() is null, watch()
 * does nothing. None of them keeps the program from ending.
 */
const { readFileSync } = require('node:fs');
const { connect } = require('node:net');
const process = require('node:process');

const ANSWER_MS = 2000;
let needs = 0;

function hint(wants) {
  const { memory, cpu, ingress, egress, within, lasts, phase, id } = wants;
  const fields = {
    memoryBytes: memory,
    cpuCores: cpu,
    ingressBitsPerSecond: ingress,
    egressBitsPerSecond: egress,
    withinSeconds: within,
    forSeconds: lasts,
    phase,
    id,
  };
  return ask({ v: 1, kind: 'hint', pid: process.pid, hint: fields });
}

async function need(wants, work) {
  const { memory, cpu, ingress, egress } = wants;
  const id = `need-${process.pid}-${++needs}`;
  await hint({ lasts: '1h', ...wants, id });
  try {
    return await work();
  } finally {
    const given = Object.entries({ memory, cpu, ingress, egress });
    const asked = given.filter(([, value]) => value !== undefined);
    await hint({ ...Object.fromEntries(asked.map(([name]) => [name, 0])), id });
  }
}

function allocation() {
  try {
    return JSON.parse(readFileSync(process.env.LIMBER_ALLOCATION_FILE, 'utf8'));
  } catch {
    return null; // not under Limber
  }
}

function watch(callback) {
  const socket = open((message) => {
    if (message.kind === 'allocation') callback(message.allocation);
  });
  if (!socket) return () => {};
  socket.unref();
  socket.write('{"v":1,"kind":"watch"}\n');
  return () => void socket.destroy();
}

function ask(message) {
  return new Promise((resolve) => {
    const socket = open((answer) => {
      resolve(answer);
      socket.destroy();
    });
    if (!socket) return resolve(null);
    socket.setTimeout(ANSWER_MS, () => socket.destroy());
    socket.on('close', () => resolve(null));
    socket.write(`${JSON.stringify(message)}\n`);
  });
}

function open(onMessage) {
  const path = process.env.LIMBER_HINTS;
  if (!path) return undefined;
  const socket = connect(path);
  let rest = '';
  socket.setEncoding('utf8');
  socket.on('error', () => socket.destroy());
  socket.on('data', (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop();
    for (const line of lines) onMessage(JSON.parse(line));
  });
  return socket;
}

module.exports = { hint, need, allocation, watch };
