/** @typedef {import('./compare.mjs').Difference} Difference */

/**
 * Where our answers differ from the real server's, and why that is right. Each entry says what it covers as narrowly as
 * it can: `where` is the case, `label` the request, `path` what of the answer. One that covers nothing any more fails the check, but for those that only some seeds meet.
 * @type {{ where?: RegExp, label?: RegExp, path?: RegExp, ours?: (value: any) => boolean, theirs?: (value: any) => boolean, reason: string, rare?: boolean }[]}
 */
export const knownDifferences = [
  {
    where: /: byte order mark$/,
    reason: 'The real server refuses a file that begins with a byte order mark; we read it (I11).',
  },
  {
    where: /paginated .*: session_meta is late$/,
    reason: 'The real server refuses a paginated file whose first line is no session_meta; we read it (I6).',
  },
  {
    where: /paginated .*: timestamps gone$/,
    reason: 'The real server drops lines that tell no time, which Codex never writes; we show what they say.',
  },
  {
    where: /: run by exec$/,
    path: /source$/,
    theirs: (source) => source === 'vscode',
    rare: true,
    reason:
      'The database of the real server forgets that a thread was run by an app-server; it is in the file.',
  },
  {
    where: /: no source and provider$/,
    path: /modelProvider$/,
    reason:
      'Where a file names no provider the real server tells that of its own configuration; we have none (R50).',
  },
  {
    where: /legacy /,
    path: /turns\.onlyHere$|^\.result\.data\.onlyHere$/,
    ours: (ids) => ids.includes('#2'),
    reason:
      'Two legacy turns that say they have the same id have one each with us, so that items and cursors find them (R27).',
  },
  {
    where: /legacy .*: (hook prompts|extended events)$/,
    path: /items\.onlyHere$/,
    ours: (ids) => ids.startsWith('hook-prompt-'),
    reason:
      'A hook prompt without an id has a new one in every answer of the real server, and the number of its line with us.',
  },
  {
    label: /thread\/(list|read) /,
    path: /recencyAt$/,
    reason:
      'In a home that is new to it the real server takes the time of the file for that of the latest turn.',
  },
  {
    where: /paginated /,
    path: /updatedAt$/,
    theirs: (seconds) => seconds > Date.now() / 1000 - 3600,
    reason: 'The real server wrote into some files when it was made to read their turns.',
  },
  {
    where: /paginated forked: /,
    path: /preview$/,
    reason:
      'In a home that is new to it the real server does not look for the preview in what a fork is based on.',
  },
  {
    where: /paginated .*: several session_metas$/,
    path: /cwd$/,
    reason: 'A thread that was resumed has the directory of its last settings, in the real server.',
  },
  {
    where: /paginated .*: non-ASCII names$/,
    label: /thread\/list/,
    path: /cwd$/,
    reason:
      'The real server’s list by default looks at the beginning of a file only, where settings are not told yet.',
  },
  {
    where: /paginated lists$/,
    label: /in a folder/,
    reason: 'By folder, too, it looks at the beginning of a file only.',
  },
  {
    where: /paginated lists$/,
    label: /by default page 3$/,
    path: /onlyHere$/,
    reason: 'A thread run by an app-server, which its database forgets, is listed as an editor’s.',
  },
  {
    where: /lists$/,
    label: /page 2, back$/,
    path: /onlyHere$|nextCursor$/,
    reason:
      'Ascending, and by default, the real server’s backwardsCursor leaves out the first row; ours gives it again (T9).',
  },
  {
    where: /0\.169\.0 legacy .*: extended events$/,
    path: /items\.onlyHere$/,
    theirs: (ids) => ids === 'sub-x',
    reason:
      '0.169 shows what agents did in a legacy file, too; 0.130, which wrote such files, does not (R24).',
  },
  {
    where: /0\.169\.0 legacy .*: plans and other whole items$/,
    path: /completedAtMs$/,
    reason: '0.169 tells when a plan of a legacy file was completed; a legacy item has no times with us.',
  },
  {
    where: /: an agent’s thread$/,
    path: /parentThreadId$/,
    theirs: (parent) => parent === null,
    reason:
      'We also know a parent that only the source names, so that what its agents did goes with it (A12).',
  },
  {
    where: /0\.169\.0 legacy .*: turns failed$/,
    path: /status$|error$/,
    reason:
      '0.169 tells the error that an end tells in a legacy file; 0.130, which wrote such files, does not (R24).',
  },
  {
    where: /0\.169\.0 legacy .*: interrupted (within|before any item)$/,
    reason:
      '0.169 ends a legacy turn at its interruption; 0.130, which wrote such files, goes on with it (R17).',
  },
  {
    where: /0\.169\.0 legacy .*: extended events$/,
    label: /thread\/(turns\/list|read) /,
    rare: true,
    reason: '0.169 reads more of the events in a legacy file than 0.130, which wrote such files (R24).',
  },
  {
    where:
      /0\.169\.0 legacy (interrupted: .*|.*: (two talks in one|another talk follows|lines in disorder|half a line within|turns without start|line gone|lines swapped))$/,
    label: /thread\/(turns\/list|read) /,
    rare: true,
    reason:
      'With interruptions among them: 0.169 ends a legacy turn there; 0.130 goes on with it (R17), and agrees.',
  },
  {
    where: /: field (gone|of another type)$/,
    ours: (more) => more !== '',
    rare: true,
    reason:
      'A field that history does not use is not looked at here; the real server drops the line that it is in.',
  },
  {
    where: /legacy .*: unknown fields$/,
    path: /items\.onlyHere$/,
    rare: true,
    reason: 'The real server drops a `context_compacted` that says more than that.',
  },
  {
    where: /paginated items: /,
    label: /thread\/items\/list /,
    path: /onlyHere$/,
    ours: (more) => more === '',
    rare: true,
    reason:
      'Where a file breaks off in a review, its item is listed before its turn is; ours with the turn (R33).',
  },
  {
    where: /paginated .*: last lines gone$/,
    path: /thread\.model$/,
    rare: true,
    reason:
      'Of a file that ends before it names a model the real server tells that of its own configuration.',
  },
  {
    where: /paginated lists$/,
    label: /created_at/,
    path: /onlyHere$/,
    rare: true,
    reason: 'A fork in which nobody spoke yet, which is not listed in a home that is new to the real server.',
  },
  {
    where: /legacy lists$/,
    label: /in a folder|by default/,
    path: /onlyHere$/,
    rare: true,
    reason: 'The real server’s list looks at the beginning of a file only.',
  },
  {
    where: /lists$/,
    label: /with a word/,
    path: /onlyHere$/,
    rare: true,
    reason:
      'Of a thread that reviews approvals the real server’s search does not know what was written in it.',
  },
  {
    where: /legacy forked: session_meta is late$/,
    rare: true,
    reason: 'A file that begins with the copy of its source’s session_meta is a second file of that, there.',
  },
  {
    where: /bad requests/,
    label: /thread\/list threads.* with cursor (next|back) of threads/,
    ours: (refused) => refused === '-32600 invalid cursor',
    reason:
      'A cursor of another order of threads is refused; in the real server it is a time, whatever it was of (C7).',
  },
  {
    where: /bad requests/,
    label: /^thread\/\S+ \[|"deferOutput":\["x"\]/,
    reason: 'The real server takes an array for an object, its fields in order.',
  },
];

/** The reason why a difference is known. @param {Difference} difference @returns {(typeof knownDifferences)[number] | undefined} */
export function knownAs({ where, label, path, ours, theirs }) {
  return knownDifferences.find(
    (known) =>
      (known.where?.test(where) ?? true) &&
      (known.label?.test(label) ?? true) &&
      (known.path?.test(path) ?? true) &&
      (known.ours?.(ours) ?? true) &&
      (known.theirs?.(theirs) ?? true),
  );
}
