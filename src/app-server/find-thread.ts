import type { StoredThread } from '../contract/records.ts';
import { parseThreadId } from './thread-id.ts';
import type { MethodContext } from './method.ts';

/**
 * The thread that a client named, archived or not.
 * @throws RpcFailure when the name is no UUID; the store's error when there is no such thread
 */
export function findThread({ store }: MethodContext, named: string): Promise<StoredThread> {
  return store.readThread({ threadId: parseThreadId(named), includeArchived: true });
}

/** The same for methods in which today's server calls a thread's id a session's when it is no UUID. */
export async function findSession(context: MethodContext, named: string): Promise<StoredThread> {
  if (context.protocol === 'latest') parseThreadId(named, 'session id');
  return findThread(context, named);
}
