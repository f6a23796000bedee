import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Makes sure that a version of Codex is there, in a temporary folder that later runs find again.
 * @param {string} version
 * @returns {string} the binary
 */
export function codexBinary(version) {
  const folder = folderOf(version);
  const codex = join(folder, 'node_modules', '.bin', 'codex');
  if (!existsSync(codex)) {
    mkdirSync(folder, { recursive: true });
    console.log(`installing @openai/codex@${version} into ${folder}`);
    execFileSync('npm', ['install', '--no-save', '--prefix', folder, `@openai/codex@${version}`], {
      stdio: 'inherit',
    });
  }
  return codex;
}

/**
 * Has a version of Codex print the types of its app-server's protocol.
 * @param {string} version
 * @returns {string} the folder with the types
 */
export function protocolTypes(version) {
  const codex = codexBinary(version);
  const types = join(folderOf(version), 'types');
  rmSync(types, { recursive: true, force: true });
  execFileSync(codex, ['app-server', 'generate-ts', '--experimental', '--out', types], { stdio: 'inherit' });
  return types;
}

/** @param {string} version */
function folderOf(version) {
  return join(tmpdir(), 'idb-thread-store-codex', version);
}
