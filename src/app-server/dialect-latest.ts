import type { Method } from './method.ts';
import { threadArchive, threadDelete, threadUnarchiveLatest } from './methods/thread-archive.ts';
import { threadForkLatest } from './methods/thread-fork.ts';
import { threadItemsList, threadItemsRead } from './methods/thread-items.ts';
import { threadListLatest } from './methods/thread-list.ts';
import { threadLoadedList } from './methods/thread-loaded-list.ts';
import { threadMetadataUpdateLatest, threadNameSetLatest } from './methods/thread-metadata.ts';
import { threadReadLatest } from './methods/thread-read.ts';
import { threadRevert } from './methods/thread-revert.ts';
import { threadSearch, threadSearchOccurrences, threadTimelineList } from './methods/thread-search.ts';
import { threadTurnsListLatest } from './methods/thread-turns-list.ts';

/** Today's history methods, as 0.169 has them. */
export const methodsLatest: readonly Method[] = [
  threadListLatest,
  threadLoadedList,
  threadReadLatest,
  threadTurnsListLatest,
  threadItemsList,
  threadItemsRead,
  threadArchive,
  threadUnarchiveLatest,
  threadDelete,
  threadNameSetLatest,
  threadMetadataUpdateLatest,
  threadForkLatest,
  threadRevert,
  threadSearch,
  threadSearchOccurrences,
  threadTimelineList,
];
