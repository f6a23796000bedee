import { expose } from 'comlink';
import { ZstdDecoder } from '../import/zstd-decoder.ts';
import { answerHellos } from './answer-hellos.ts';
import { outcome } from './outcome.ts';
import type { ZstdApi } from './protocol.ts';

// The worker that unpacks zstd: only an import of compressed files starts it.
let decoder = new ZstdDecoder();

const api: ZstdApi = {
  begin: () =>
    outcome(() => {
      decoder = new ZstdDecoder();
      return [];
    }),
  push: (piece, isLast) => outcome(() => decoder.push(piece, isLast)),
  close: () => outcome(() => undefined),
};

expose(api);
answerHellos();
