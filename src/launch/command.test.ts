import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openTestHome } from './test-home.fixture.ts';

let home: ReturnType<typeof openTestHome>;
beforeEach(() => {
  home = openTestHome();
});
afterEach(() => home.close());

describe('commands', () => {
  const command = (args: readonly string[], by = home.caller()) => home.plan({ args }, by);

  test('through PATH, keeping the name', () => {
    const spec = command(['sh', '-c', 'exit 3']);
    expect(spec.argv).toEqual(['sh', '-c', 'exit 3']);
    expect(spec.view.toolFolders).toEqual([]);
  });

  test('missing is 127, not executable is 126', () => {
    home.put('home/me/project/data', 'x');
    expect(home.refusal({ args: ['no-such-command'] }).exitCode).toBe(127);
    expect(home.refusal({ args: ['./nothing'] }).exitCode).toBe(127);
    expect(home.refusal({ args: ['./data/x'] }).exitCode).toBe(127);
    expect(home.refusal({ args: ['./data'] }).exitCode).toBe(126);
    expect(home.refusal({ args: ['.//'] }).exitCode).toBe(126);
  });

  test('a relative PATH entry does not let the current folder choose', () => {
    home.put('home/me/project/no-such-command', '#!/bin/sh\n', 0o755);
    expect(home.refusal({ args: ['no-such-command'] }, home.caller('.::/usr/bin')).exitCode).toBe(
      127,
    );
  });

  test('a program of the current folder keeps the path that it was given', () => {
    home.put('home/me/project/a.out', '#!/bin/sh\n', 0o755);
    const { argv, view } = command(['./a.out', '1']);
    expect([argv, view.toolFolders]).toEqual([['./a.out', '1'], []]);
  });

  test('of a tool outside the system, its installation is shown and nothing above', () => {
    const tool = home.put('home/me/apps/tool-1/bin/tool', '#!/bin/sh\n', 0o755);
    home.put('home/me/apps/tool-1/lib/part', '');
    mkdirSync(join(home.root, 'home/me/bin'));
    symlinkSync(tool, join(home.root, 'home/me/bin/tool'));
    const by = home.caller(join(home.root, 'home/me/bin'));
    expect(command(['tool'], by).view.toolFolders).toEqual([
      join(home.root, 'home/me/bin'),
      join(home.root, 'home/me/apps/tool-1'),
    ]);
  });

  test('of a tool in ~/.local/bin neither the home nor ~/.local is shown', () => {
    home.put('home/me/.local/bin/tool', '#!/bin/sh\n', 0o755);
    home.put('home/me/.local/lib/part', '');
    const by = home.caller(join(home.root, 'home/me/.local/bin'));
    expect(command(['tool'], by).view.toolFolders).toEqual([join(home.root, 'home/me/.local/bin')]);
    home.put('home/me/tool2', '#!/bin/sh\n', 0o755);
    expect(command([join(home.root, 'home/me/tool2')]).view.toolFolders).toEqual([
      join(home.root, 'home/me/tool2'),
    ]);
  });

  test('the interpreter that a tool names is shown with it', () => {
    // The kernel ends the interpreter's path at the first blank.
    const spaceless = mkdtempSync('/tmp/limber-launch-');
    try {
      mkdirSync(join(spaceless, 'venv/bin'), { recursive: true });
      writeFileSync(join(spaceless, 'venv/pyvenv.cfg'), 'home = /usr/bin\n');
      writeFileSync(join(spaceless, 'venv/bin/python'), '', { mode: 0o755 });
      home.put('home/me/bin/tool', `#!${spaceless}/venv/bin/python\n`, 0o755);
      const { toolFolders } = command(['tool'], home.caller(join(home.root, 'home/me/bin'))).view;
      expect(toolFolders).toContain(`${spaceless}/venv`);
    } finally {
      rmSync(spaceless, { recursive: true });
    }
  });

  test('a root file system is searched by its own links, not by those of the host', () => {
    home.put('image/usr/bin/real', '', 0o755);
    symlinkSync('/usr/bin', join(home.root, 'image/bin'));
    symlinkSync('/bin/real', join(home.root, 'image/usr/bin/tool'));
    symlinkSync('/usr/bin/sh', join(home.root, 'image/usr/bin/dangling'));
    const rootfs = join(home.root, 'image');
    expect(home.plan({ args: ['tool'], rootfs }).argv).toEqual(['tool']);
    expect(home.refusal({ args: ['dangling'], rootfs }).exitCode).toBe(127);
    expect(home.refusal({ args: ['sh'], rootfs }).exitCode).toBe(127);
  });
});
