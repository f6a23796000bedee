import type * as v from 'valibot';

/**
 * Says in one line which field is wrong and what it takes.
 * @param whole what stands there in a field's place when all of it is wrong
 */
export function describeIssue(issue: v.BaseIssue<unknown>, whole = 'params'): string {
  const field = issue.path?.map(({ key }) => String(key)).join('.') ?? whole;
  return `${field} ${demandOf(issue)}`;
}

function demandOf({ type, expected, requirement, input, message }: v.BaseIssue<unknown>): string {
  const rows = Array.isArray(input);
  switch (type) {
    case 'picklist':
      // It stands there as a type does: ("asc" | "desc").
      return `must be one of ${expected?.replaceAll(/[()]/g, '').replaceAll(' | ', ', ')}`;
    case 'safe_integer':
      return 'must be a whole number';
    case 'min_length':
      return rows ? `must have at least ${String(requirement)}` : 'must not be empty';
    case 'max_length':
      return rows
        ? `must have at most ${String(requirement)}`
        : `must be at most ${String(requirement)} long`;
    case 'min_value':
      return `must be at least ${String(requirement)}`;
    case 'check':
      return message;
    case 'string':
    case 'number':
    case 'boolean':
    case 'array':
    case 'object':
      // Of a field that is missing the object says so: its name stands in place of a type.
      return expected?.startsWith('"') ? 'must be given' : `must be of type ${type}`;
    default:
      return 'is not valid';
  }
}
