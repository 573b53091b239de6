export * from './limber-hint.cjs';
