import { beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import type { ComplexityProfile } from '#model/complexity.ts';
import { analyze } from '#analyze/analyze.ts';
import { report } from './report.ts';

const SOURCE = `import requests
def paths(n):
    return 1 if n < 2 else paths(n - 1) + paths(n - 2)
def fetch(urls):
    for url in urls:
        requests.get(url)
)
`;
const level = z.enum(['none', 'note', 'warning', 'error']);
const message = z.strictObject({ text: z.string().min(1) });
const uri = z.string().regex(/^(file:\/\/\/)?[\w%./~()'!*-]+$/);
const properties = z.record(z.string(), z.unknown());
const location = z.strictObject({
  physicalLocation: z.strictObject({
    artifactLocation: z.strictObject({ uri }),
    region: z.strictObject({ startLine: z.int().min(1), startColumn: z.int().min(1).optional() }),
  }),
  logicalLocations: z
    .array(z.strictObject({ fullyQualifiedName: z.string(), kind: z.literal('function') }))
    .optional(),
});

/** What this report uses of SARIF 2.1.0, the OASIS standard, with what it requires; nothing else. */
const sarif = z.strictObject({
  $schema: z.url(),
  version: z.literal('2.1.0'),
  runs: z
    .array(
      z.strictObject({
        tool: z.strictObject({
          driver: z.strictObject({
            name: z.string(),
            version: z.string(),
            informationUri: z.url(),
            rules: z.array(
              z.strictObject({
                id: z.string(),
                shortDescription: message,
                defaultConfiguration: z.strictObject({ level }),
              }),
            ),
          }),
        }),
        columnKind: z.enum(['utf16CodeUnits', 'unicodeCodePoints']),
        artifacts: z.array(
          z.strictObject({
            location: z.strictObject({ uri }),
            sourceLanguage: z.string().optional(),
            properties,
          }),
        ),
        results: z.array(
          z.strictObject({
            ruleId: z.string(),
            ruleIndex: z.int().min(0),
            level,
            message,
            locations: z.array(location).min(1),
            properties: properties.optional(),
          }),
        ),
      }),
    )
    .length(1),
});

let profile: ComplexityProfile;

beforeAll(async () => {
  profile = await analyze({ source: SOURCE, language: 'python', file: 'sub/a: #1?.py' });
});

function runOf(profiles: readonly ComplexityProfile[]) {
  return sarif.parse(JSON.parse(report('sarif', { profiles, version: '1.2.3' }))).runs[0]!;
}

test('it is SARIF, and each result names a rule that is there', () => {
  const cut = { during: 'sizes', deadlineMs: 3000 };
  const { results, tool } = runOf([{ ...profile, cut }]);
  expect(new Set(results.map(({ ruleId }) => ruleId))).toEqual(
    new Set(tool.driver.rules.map(({ id }) => id)),
  );
  for (const { ruleId, ruleIndex } of results)
    expect(tool.driver.rules[ruleIndex]!.id).toBe(ruleId);
  expect(runOf([]).results).toEqual([]);
});

test('a function that grows exponentially warns, and brings all that is known of it', () => {
  const [first] = runOf([profile]).results;
  const paths = profile.functions.find(({ name }) => name === 'paths')!;
  expect(first).toMatchObject({ ruleId: 'complex-function', level: 'warning' });
  expect(first!.properties).toEqual(JSON.parse(JSON.stringify(paths)));
  expect(first!.message.text).toContain('T(n) = T(n-1) + T(n-2) + 1');
  expect(first!.locations[0]).toMatchObject({
    physicalLocation: { region: { startLine: 2 } },
    logicalLocations: [{ fullyQualifiedName: 'paths' }],
  });
});

test('a path is never taken for a scheme, a query or a fragment', () => {
  const uriOf = (file: string) => runOf([{ ...profile, file }]).artifacts[0]!.location.uri;
  expect(uriOf('sub/a: #1?.py')).toBe('sub/a%3A%20%231%3F.py');
  expect(uriOf('/tmp/a b.py')).toBe('file:///tmp/a%20b.py');
});
