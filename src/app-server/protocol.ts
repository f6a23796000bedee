/** Which app-server to speak as: 0.130, the first that paged turns, or today's. */
export type Protocol = '0.130' | 'latest';
