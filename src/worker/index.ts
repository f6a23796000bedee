import { expose } from 'comlink';
import { answerHellos } from './answer-hellos.ts';
import { createLocalServer } from './local-server.ts';

expose(createLocalServer());
answerHellos();
