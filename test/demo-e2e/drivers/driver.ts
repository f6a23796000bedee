/** What runs in a page: plain code that needs nothing from around it. */
export type PageCode<Args extends readonly unknown[], Result> = (...args: Args) => Result | Promise<Result>;

/** One tab of a real browser, the same for each of them. */
export interface Tab {
  /** Goes to an address, and returns once that has begun to load. */
  goto(url: string): Promise<void>;
  /** Runs code in the page. Arguments and result are copied as JSON. */
  run<Args extends readonly unknown[], Result>(code: PageCode<Args, Result>, ...args: Args): Promise<Result>;
  /** Chooses files for an `<input type="file">`. */
  choose(selector: string, paths: string[]): Promise<void>;
  /** Chromium only: drags files and folders over the page, and lets them fall there. */
  drop?(paths: string[]): Promise<void>;
  /** Chromium only: what the browser saves next because of this code. */
  save?(code: PageCode<[], unknown>): Promise<{ name: string; bytes: Buffer }>;
  /** Ends the tab as a user does: nothing in it is asked. */
  close(): Promise<void>;
}

/** How a tab looks. Default: as the browser has it. */
export interface TabLook {
  /** The page's size, in CSS pixels. */
  width: number;
  height: number;
  /** Chromium only: one touches it, and it is dark. */
  dark?: boolean;
  touch?: boolean;
  /** Chromium only: one asked for less motion. */
  calm?: boolean;
}

/** A running browser. Its tabs share what they store. */
export interface Driver {
  /** @param look WebKitGTK has none but its own. */
  newTab(look?: TabLook): Promise<Tab>;
  close(): Promise<void>;
}

/** A loaded machine may need long for anything; what does not come at all must still become an error. */
const patienceMs = 60_000;

type Truthy<Value> = Exclude<Value, undefined | null | false | 0 | ''>;

/**
 * Waits until code in the page gives something other than `undefined`, `null`, `false`, `0` or `''`, and gives that.
 * A page that is just being replaced by another one is asked again.
 */
export async function until<Args extends readonly unknown[], Result>(
  tab: Tab,
  code: PageCode<Args, Result>,
  ...args: Args
): Promise<Truthy<Result>> {
  const end = Date.now() + patienceMs;
  let last: unknown;
  while (Date.now() < end) {
    try {
      last = await tab.run(code, ...args);
      if (last) return last as Truthy<Result>;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(
    `waited in vain for ${code.toString()} with ${JSON.stringify(args)}; last: ${String(last)}`,
  );
}
