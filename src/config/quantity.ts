import { z } from 'zod';

/** A positive number, or a text that `parse` understands. */
export const quantity = (parse: (text: string) => number) =>
  z.union([z.number().positive(), z.string()]).transform((value, context) => {
    if (typeof value === 'number') return value;
    try {
      return parse(value);
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message });
      return z.NEVER;
    }
  });
