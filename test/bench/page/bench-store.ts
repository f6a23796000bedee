import type { ThreadItem } from 'idb-thread-store';
import type { TurnSize, WorkThread, WorkTurn } from './workload.ts';

/** Which part of the main thread, and how many threads, a store is to hold. */
export interface Filling {
  turns: number;
  size: TurnSize;
  /** Threads of one turn beside the main one. */
  threads: number;
}

/** A page of turns to read. */
export interface TurnsAsked {
  view: 'notLoaded' | 'summary' | 'full';
  count: number;
  /** Start behind the turn with this ordinal, in this direction. Absent: the newest ones. */
  from?: { ordinal: number; direction: 'asc' | 'desc' } | undefined;
}

/** An item as a page shows it. */
export interface WorkItem {
  turnId: string;
  item: ThreadItem;
}

/** A page of turns, as far as all stores give it. */
export type TurnsGiven = Omit<WorkTurn, 'startedAt' | 'completedAt' | 'durationMs'>[];

/**
 * A store under measurement, as a page holds it: in a worker, through Comlink. What is optional is not measured where
 * it is missing.
 */
export interface BenchStore {
  /** Starts the worker and opens the database. */
  open(): Promise<void>;
  /** Fills the store, by the fastest way that it has. Gives the bytes of the rollout files, where it has them all. */
  fill(filling: Filling): Promise<number | void>;
  /** Called before pages deep inside are read. */
  prepareDeep?(ordinals: number[]): Promise<void>;
  turns(asked: TurnsAsked): Promise<TurnsGiven>;
  /** The newest items of the main thread, the newest first. */
  items?(count: number): Promise<WorkItem[]>;
  /** The most recent threads. */
  threads?(count: number): Promise<Pick<WorkThread, 'threadId' | 'preview' | 'createdAt'>[]>;
  /** Reads a rollout file, and keeps its lines, turns and items. Returns once all is committed. */
  importText?(threadId: string, file: Blob): Promise<void>;
  /** Begins a turn to which items are appended. */
  beginTurn?(): Promise<void>;
  /** Appends one item of so many bytes with its lines; returns once that is committed. */
  append?(bytes: number, durability: 'relaxed' | 'strict'): Promise<void>;
  /** The same, but returns once the writer may go on: the item is accepted, and its commit may be under way. */
  queue?(bytes: number): Promise<void>;
  /** Ends that turn. */
  endTurn?(): Promise<void>;
  /** Takes a thread out of every answer. What is left of it may be cleared later. */
  remove?(threadId: string): Promise<void>;
  /** Whether nothing is left of the threads that were taken out. */
  isCleared?(): Promise<boolean>;
  close(): Promise<void>;
}
