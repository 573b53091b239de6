import limber from './limber-hint.cjs';

export const { hint, need, allocation, watch } = limber;
export default limber;
