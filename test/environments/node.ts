/** Gives Node the IndexedDB of fake-indexeddb, as globals, like a browser has it. */
import 'fake-indexeddb/auto';
