/** A number, or what a probe can read one off: a variable, or the length of a container. */
export type LiveQuantity = number | { readonly name: string } | { readonly length: string };
