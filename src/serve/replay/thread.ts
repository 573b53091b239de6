import { parentPort, workerData } from 'node:worker_threads';
import { replay } from './replay.ts';
import type { ReplayQuestion } from './replayed.ts';

parentPort?.postMessage(await replay(workerData as ReplayQuestion));
