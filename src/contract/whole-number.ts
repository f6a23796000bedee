import * as v from 'valibot';

/** A whole number that JavaScript holds exactly. */
export const wholeNumber = v.pipe(v.number(), v.safeInteger());
