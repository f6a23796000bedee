/** The model provider of the conversations that the scripted assistant writes: these can be gone on with here. */
export const scriptedProvider = 'scripted';
