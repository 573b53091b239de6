import type { Role } from '#analyze/syntax/node.ts';
import { roles as javascript } from '#analyze/languages/javascript/vocabulary.ts';

/** TypeScript adds types, which cost nothing at run time, to JavaScript. */
export const roles: Readonly<Record<string, Role>> = {
  ...javascript,
  abstract_class_declaration: 'class',
  public_field_definition: 'field',
  required_parameter: 'parameter',
  optional_parameter: 'parameter',
  enum_declaration: 'skip',
  type_annotation: 'skip',
  type_arguments: 'skip',
  type_parameters: 'skip',
  interface_declaration: 'skip',
  type_alias_declaration: 'skip',
  ambient_declaration: 'skip',
  function_signature: 'skip',
  method_signature: 'skip',
  abstract_method_signature: 'skip',
  type_predicate_annotation: 'skip',
  asserts_annotation: 'skip',
  implements_clause: 'skip',
};
