import type { z } from 'zod';
import type { documentSchema } from '#analyze/report/schema.ts';
import type { analysisBody } from '#api/schemas/analysis.ts';
import type { archive, entries } from '#api/schemas/files.ts';
import type { createdKey, newKey, storedKey } from '#api/schemas/keys.ts';
import type { health, ledger, node, nodeHistory } from '#api/schemas/node.ts';
import type { bulk, effect, hintBody, hinted, resized } from '#api/schemas/steering.ts';
import type { partialAllocation } from '#api/schemas/common.ts';
import type { event } from '#api/schemas/event.ts';
import type { execution, executionList, newExecution } from '#api/schemas/execution.ts';
import type { foreseen } from '#api/schemas/foreseen.ts';
import type { replayBody, replayed } from '#api/schemas/replay.ts';
import type { namedPolicy, scaling, storedDefaults, storedPolicy } from '#api/schemas/scaling.ts';
import type { change, delivery, newWebhook, stored, withSecret } from '#api/schemas/webhooks.ts';

/*
 * What is sent and what comes back, as the schemas have it that check both on the server and that its
 * document is made of.
 */
export type NewExecution = z.input<typeof newExecution>;
/** What would become of it. */
export type Foreseen = z.output<typeof foreseen>;
export type Execution = z.output<typeof execution>;
/** In a list: without the summary. */
export type ListedExecution = z.output<typeof executionList>['executions'][number];
export type ExecutionEvent = z.output<typeof event>;
export type EventKind = ExecutionEvent['kind'];
export type Sizes = z.input<typeof partialAllocation>;
export type ScalingChange = z.input<typeof scaling>;
export type ScalingEffect = z.output<typeof effect>;
export type BulkEffect = z.output<typeof bulk>;
export type Resized = z.output<typeof resized>;
export type Hint = z.input<typeof hintBody>;
export type Hinted = z.output<typeof hinted>;
export type NamedPolicy = z.input<typeof namedPolicy>;
export type StoredPolicy = z.output<typeof storedPolicy>;
export type StoredDefaults = z.output<typeof storedDefaults>;
export type ReplayRequest = z.input<typeof replayBody>;
export type Replayed = z.output<typeof replayed>;
/** The run as it happened, or under one policy. */
export type Curve = Replayed['curves'][number];
export type NewKey = z.input<typeof newKey>;
export type CreatedKey = z.output<typeof createdKey>;
export type StoredKey = z.output<typeof storedKey>;
export type FolderEntry = z.output<typeof entries>['entries'][number];
export type StoredArchive = z.output<typeof archive>;
export type Health = z.output<typeof health>;
export type NewWebhook = z.input<typeof newWebhook>;
export type Webhook = z.output<typeof stored>;
/** With what it signs with, where that was just made. */
export type WebhookWithSecret = z.output<typeof withSecret>;
export type WebhookChange = z.input<typeof change>;
export type Delivery = z.output<typeof delivery>;
export type NodeState = z.output<typeof node>;
export type NodePast = z.output<typeof nodeHistory>;
export type Reservation = z.output<typeof ledger>['reservations'][number];
export type AnalysisRequest = z.input<typeof analysisBody>;
/** Of one source. */
export type Analysis = Exclude<z.output<typeof documentSchema>, { readonly files: unknown }>;
