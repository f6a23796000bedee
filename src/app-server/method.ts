import * as v from 'valibot';
import type { StoredThread } from '../contract/records.ts';
import type { ThreadStore } from '../contract/thread-store.ts';
import type { ChangeTeller } from './change-teller.ts';
import { toRpcFailure } from './errors-to-rpc.ts';
import { checkParams } from './params.ts';
import type { Protocol } from './protocol.ts';
import { invalidRequest, type RpcFailure } from './rpc-failure.ts';
import { uuidOf } from './thread-id.ts';
import { toWireThread } from './to-wire-thread.ts';

/** What a method works with. */
export interface MethodContext {
  readonly store: ThreadStore;
  readonly protocol: Protocol;
  /** Stands before paths on the wire. */
  readonly home: string;
  /** Whether the client asked for experimental methods and fields when it introduced itself. */
  readonly experimentalApi: boolean;
  /** The client's name, as it introduced itself. */
  readonly clientName: string;
  /** Tells the client what its own requests changed. */
  readonly changes: ChangeTeller;
}

/** A method of the protocol. */
export interface Method {
  readonly name: string;
  /**
   * Answers one request.
   * @throws RpcFailure and nothing else
   */
  answer(context: MethodContext, params: unknown): Promise<object>;
}

/** What a method is made of. */
export interface MethodDefinition<Schema extends v.GenericSchema> {
  name: string;
  params: Schema;
  /** Refused to clients that did not ask for experimental methods. */
  experimental?: boolean;
  /** Fields that are refused to them when they are set. */
  experimentalFields?: readonly (keyof v.InferOutput<Schema> & string)[];
  /** What it says of a thread that is not there. */
  unknownThread?: (threadId: string, method: string) => RpcFailure;
  run(context: MethodContext, params: v.InferOutput<Schema>): Promise<object>;
}

/**
 * Makes a method: its parameters are checked first, then whether the client may use it, as the real servers do; then
 * it runs, and whatever is thrown becomes a refusal.
 */
export function defineMethod<Schema extends v.GenericSchema>(definition: MethodDefinition<Schema>): Method {
  const { name, experimental = false, experimentalFields = [], unknownThread = notLoaded } = definition;
  return {
    name,
    async answer(context, params) {
      const checked = checkParams(definition.params, params);
      const fields = experimentalFields.filter((field) => isSet(checked[field]));
      const gated = experimental ? name : fields.map((field) => `${name}.${field}`)[0];
      if (gated !== undefined && !context.experimentalApi) {
        throw invalidRequest(`${gated} requires experimentalApi capability`);
      }
      try {
        return await definition.run(context, checked);
      } catch (error) {
        throw toRpcFailure(error, {
          method: name,
          protocol: context.protocol,
          unknownThread: () => unknownThread(threadNamedBy(checked), name),
        });
      }
    },
  };
}

/** Says that a thread is not there, as reads do (contract §3.2). */
function notLoaded(threadId: string): RpcFailure {
  return invalidRequest(`thread not loaded: ${threadId}`);
}

/** Says that a thread is not there, as most writes do. */
export function noRollout(threadId: string): RpcFailure {
  return invalidRequest(`no rollout found for thread id ${threadId}`);
}

/** Says that a thread is not there, as the seed's changes of metadata and the changes of history do. */
export function notFound(threadId: string): RpcFailure {
  return invalidRequest(`thread not found: ${threadId}`);
}

/** A thread as this client's dialect has it. What a client was told of a thread is what it is told changes of. */
export function tellThread(context: MethodContext, thread: StoredThread, turns?: object[]): object {
  context.changes.know(thread);
  const { protocol, home } = context;
  return toWireThread(thread, { protocol, home, ...(turns === undefined ? {} : { turns }) });
}

const naming = v.object({ threadId: v.string() });

function threadNamedBy(params: unknown): string {
  const named = v.safeParse(naming, params);
  return named.success ? (uuidOf(named.output.threadId) ?? named.output.threadId) : '';
}

/** Whether an optional field says something. */
function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false;
}
