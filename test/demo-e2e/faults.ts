import type { AxeResults } from 'axe-core';

/** What axe finds in the page as it is: rule, how many times, and the first place. */
export async function findFaults(): Promise<string[]> {
  if (!Reflect.has(globalThis, 'axe')) {
    const script = document.createElement('script');
    script.src = 'axe.min.js';
    await new Promise((resolve, reject) => {
      script.addEventListener('load', resolve);
      script.addEventListener('error', reject);
      document.head.append(script);
    });
  }
  const axe: { run: () => Promise<AxeResults> } = Reflect.get(globalThis, 'axe');
  const { violations } = await axe.run();
  return violations.map(({ id, nodes }) => `${id} (${nodes.length}): ${nodes[0]?.target.join(' ')}`);
}
