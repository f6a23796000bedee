import type { DrivenPage } from './remote-store.ts';

/** What a page is to do, and what became of it. */
export interface Command {
  id: number;
  expression: string;
}
export interface Report {
  /** The command that was done last; 0: none. */
  done: number;
  value?: unknown;
  error?: string;
}

/**
 * A page that asks its server what to do, and needs no driver: WebKitGTK's ends with the process that stores. Whatever is lost between the two is sent again, and done once.
 */
export class PolledPage implements DrivenPage {
  readonly goto: DrivenPage['goto'];
  #command: Command | undefined;
  #nextId = 1;
  #onReport: (report: Report) => void = () => undefined;

  /** @param goto begins the browser there */
  constructor(goto: (url: string) => Promise<unknown>) {
    this.goto = (url) => goto(`${url}?polls`);
  }

  async evaluate(expression: string): Promise<unknown> {
    this.#command = { id: this.#nextId++, expression };
    const { value, error } = await new Promise<Report>((resolve) => {
      this.#onReport = resolve;
    });
    if (error !== undefined) throw new Error(error);
    return value;
  }

  /** What the server answers to the page. */
  answer(body: string): Partial<Command> {
    const report = JSON.parse(body) as Report;
    if (report.done !== this.#command?.id) return this.#command ?? {};
    this.#command = undefined;
    this.#onReport(report);
    return {};
  }
}
