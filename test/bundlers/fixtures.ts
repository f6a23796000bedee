/** An app built one way. Its files are in `fixtures/`, beside those of `app/` that all share. */
export interface Fixture {
  name: string;
  /** The folder in `fixtures/`, where it is not of the fixture's name. */
  folder?: string;
  /** Whether it uses every entry of the package, not the main one alone. */
  usesEntries?: boolean;
  /** What it installs beside the packed package. */
  packages: Record<string, string>;
  /** Builds it into `dist/`; or serves it, where it is a development server that prints its address. */
  command: string[];
  serves?: boolean;
  /** What its own pages need of the Content-Security-Policy beyond `script-src 'self'`. */
  scripts?: string;
}

const vite7 = { vite: '7.3.8' };
/** Of what packages need themselves: the versions that came out with them. */
export const overrides = {
  '@assistant-ui/core': '0.3.20',
  '@assistant-ui/store': '0.3.14',
  '@assistant-ui/tap': '0.9.18',
};

/** What the entries for React and assistant-ui need. */
const peers = { '@assistant-ui/react': '0.15.20', react: '19.3.1', 'react-dom': '19.3.1' };
const vite8 = { vite: '8.3.8', ...peers };
const viteDev = ['vite', '--host', '127.0.0.1', '--port', '0', '--clearScreen', 'false'];

export const fixtures: Fixture[] = [
  { name: 'vite7', packages: vite7, command: ['vite', 'build'] },
  { name: 'vite7 dev', folder: 'vite7', packages: vite7, command: viteDev, serves: true },
  { name: 'vite8', usesEntries: true, packages: vite8, command: ['vite', 'build'] },
  { name: 'vite8 dev', folder: 'vite8', usesEntries: true, packages: vite8, command: viteDev, serves: true },
  {
    name: 'webpack5',
    usesEntries: true,
    packages: { webpack: '5.112.2', ...peers },
    command: ['node', 'build.mjs'],
  },
  { name: 'rspack', packages: { '@rspack/core': '2.3.2' }, command: ['node', 'build.mjs'] },
  {
    name: 'next16',
    usesEntries: true,
    packages: { next: '16.4.6', ...peers },
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
  {
    name: 'esbuild',
    usesEntries: true,
    packages: { esbuild: '0.28.2', ...peers },
    command: ['node', 'build.mjs'],
  },
  { name: 'static', packages: {}, command: ['node', 'build.mjs'] },
];
