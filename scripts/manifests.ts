// Writes deploy/manifests from the chart: node scripts/manifests.ts
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { plainManifests } from './chart.ts';

const folder = fileURLToPath(new URL('../deploy/manifests/', import.meta.url));
mkdirSync(folder, { recursive: true });
writeFileSync(`${folder}limber.yaml`, plainManifests());
