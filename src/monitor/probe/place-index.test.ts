import { expect, test } from 'vitest';
import { analyze } from '#analyze/analyze.ts';
import { indexPlaces } from './place-index.ts';

const SOURCE = `import helper
def grow(rows):
    for row in rows:
        helper.keep(row)
grow(range(9))
`;

async function indexOf(file: string) {
  const profile = await analyze({ source: SOURCE, language: 'python' });
  return indexPlaces({ ...profile, file });
}

const library = { file: '/usr/lib/python3/json/decoder.py', function: 'decode', line: 20 };

test('a program in the working folder is found by its relative path', async () => {
  const places = await indexOf('/home/me/job.py');
  const found = places.find([library, { file: 'job.py', function: 'grow', line: 4 }]);
  expect(found).toMatchObject({ place: { key: 'job.py:grow:3' }, loop: { startLine: 3 } });
});

test('a script from elsewhere is found by its absolute path, and so is what lies beside it', async () => {
  const places = await indexOf('/tmp/jobs/job.py');
  const script = { file: '/tmp/jobs/job.py', function: 'grow', line: 4 };
  expect(places.find([library, script])).toMatchObject({
    place: { key: '/tmp/jobs/job.py:grow:3' },
    loop: { startLine: 3 },
  });
  const helper = { file: '/tmp/jobs/helper.py', function: 'keep', line: 2 };
  expect(places.find([library, helper, script])).toMatchObject({ place: { file: helper.file } });
});

test('what others wrote is not the program, wherever it lies', async () => {
  const places = await indexOf('/tmp/jobs/job.py');
  const script = { file: '/tmp/jobs/job.py', function: 'grow', line: 4 };
  for (const folder of ['node_modules/x', '.venv/lib/python3.11/site-packages', 'lib/python3.12']) {
    const foreign = { file: `/tmp/jobs/${folder}/load.py`, function: 'load', line: 1 };
    expect(places.find([foreign, script])?.place.file).toBe('/tmp/jobs/job.py');
  }
  expect(places.find([library])).toBeUndefined();
});
