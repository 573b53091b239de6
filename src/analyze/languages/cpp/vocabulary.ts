import type { Role } from '#analyze/syntax/node.ts';
import { roles as c } from '#analyze/languages/c/vocabulary.ts';

/** C++ adds classes, ranges, lambdas and exceptions to C. */
export const roles: Readonly<Record<string, Role>> = {
  ...c,
  class_specifier: 'class',
  struct_specifier: 'class',
  lambda_expression: 'closure',
  for_range_loop: 'each',
  try_statement: 'try',
  catch_clause: 'catch',
  throw_statement: 'throw',
  new_expression: 'new',
  delete_expression: 'unary',
  qualified_identifier: 'member',
  namespace_identifier: 'name',
  this: 'name',
  auto: 'type',
  placeholder_type_specifier: 'type',
  template_type: 'type',
  template_argument_list: 'skip',
  template_parameter_list: 'skip',
  using_declaration: 'skip',
  co_await_expression: 'await',
  co_yield_statement: 'yield',
  raw_string_literal: 'string',
  nullptr: 'null',
  template_function: 'name',
  base_class_clause: 'skip',
  requires_clause: 'skip',
  noexcept: 'skip',
  trailing_return_type: 'skip',
};
