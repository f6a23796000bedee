/** A short thread made to ask a real server something, and its answer without nulls. */
export interface Probe {
  name: string;
  lines: string[];
  turns: object[];
  /** The items of each turn's summary, by id. */
  summaries: string[][];
}

const files = import.meta.glob<Probe[]>('../../fixtures/corpus/probes/*.json', { import: 'default' });

/** What the app-servers 0.130.0 (legacy) and 0.169.0 (paginated) answered. */
export async function probesOf(format: 'legacy' | 'paginated'): Promise<Probe[]> {
  return (await files[`../../fixtures/corpus/probes/${format}.json`]?.()) ?? [];
}
