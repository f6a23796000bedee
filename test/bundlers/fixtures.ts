/** An app built one way. Its files are in `fixtures/`, beside those of `app/` that all share. */
export interface Fixture {
  name: string;
  /** The folder in `fixtures/`, where it is not of the fixture's name. */
  folder?: string;
  /** What it installs beside the packed package. */
  packages: Record<string, string>;
  /** Builds it into `dist/`; or serves it, where it is a development server that prints its address. */
  command: string[];
  serves?: boolean;
  /** What its own pages need of the Content-Security-Policy beyond `script-src 'self'`. */
  scripts?: string;
}

const vite7 = { vite: '7.3.8' };
const vite8 = { vite: '8.3.8' };
const viteDev = ['vite', '--host', '127.0.0.1', '--port', '0', '--clearScreen', 'false'];

export const fixtures: Fixture[] = [
  { name: 'vite7', packages: vite7, command: ['vite', 'build'] },
  { name: 'vite7 dev', folder: 'vite7', packages: vite7, command: viteDev, serves: true },
  { name: 'vite8', packages: vite8, command: ['vite', 'build'] },
  { name: 'vite8 dev', folder: 'vite8', packages: vite8, command: viteDev, serves: true },
  { name: 'webpack5', packages: { webpack: '5.112.2' }, command: ['node', 'build.mjs'] },
  { name: 'rspack', packages: { '@rspack/core': '2.3.2' }, command: ['node', 'build.mjs'] },
  {
    name: 'next16',
    packages: { next: '16.4.6', react: '19.3.1', 'react-dom': '19.3.1' },
    command: ['next', 'build'],
    // Next starts its pages from scripts in them.
    scripts: "'unsafe-inline'",
  },
  {
    name: 'parcel',
    packages: { parcel: '2.16.4' },
    command: ['parcel', 'build', 'index.html', '--no-cache'],
    // Parcel tells its chunks apart by an import map in the page.
    scripts: "'unsafe-inline'",
  },
  { name: 'esbuild', packages: { esbuild: '0.28.2' }, command: ['node', 'build.mjs'] },
  { name: 'static', packages: {}, command: ['node', 'build.mjs'] },
];
