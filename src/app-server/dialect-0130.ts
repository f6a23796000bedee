import type { Method } from './method.ts';
import { threadArchive, threadUnarchive0130 } from './methods/thread-archive.ts';
import { threadFork0130 } from './methods/thread-fork.ts';
import { threadList0130 } from './methods/thread-list.ts';
import { threadLoadedList } from './methods/thread-loaded-list.ts';
import { threadMetadataUpdate0130, threadNameSet0130 } from './methods/thread-metadata.ts';
import { threadRead0130 } from './methods/thread-read.ts';
import { threadRollback } from './methods/thread-rollback.ts';
import { threadTurnsItemsList } from './methods/thread-turns-items-list.ts';
import { threadTurnsList0130 } from './methods/thread-turns-list.ts';

/** The history methods of 0.130, the first app-server that paged turns. */
export const methods0130: readonly Method[] = [
  threadList0130,
  threadLoadedList,
  threadRead0130,
  threadTurnsList0130,
  threadTurnsItemsList,
  threadArchive,
  threadUnarchive0130,
  threadNameSet0130,
  threadMetadataUpdate0130,
  threadFork0130,
  threadRollback,
];
