import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseSync, Visitor } from 'rolldown/utils';

type Program = ReturnType<typeof parseSync>['program'];
type Statement = Program['body'][number];

/** What declares a name in a file: one statement, or as many as a function has overloads. */
interface Declaration {
  file: DeclarationFile;
  nodes: Statement[];
}

/**
 * The text of everything that a package exports: each declaration once with its doc comment, under the first entry that
 * has it, and then those that are not exported themselves but are part of what is.
 * @param entries declaration files by the name under which they are imported
 */
export function apiReport(entries: Record<string, string>): string {
  const files = new Files();
  const printed = new Map<Statement, string>();
  const lines: string[] = [];
  const hidden: Declaration[] = [];
  for (const [entry, path] of Object.entries(entries)) {
    lines.push(`# ${entry}`, '');
    const exported = [...files.at(path).exports()].sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [name, declaration] of exported) {
      const [first] = declaration.nodes;
      const earlier = first && printed.get(first);
      if (earlier !== undefined) lines.push(`${name}: as in ${earlier}`, '');
      else lines.push(textOf(declaration), '');
      for (const node of declaration.nodes) printed.set(node, earlier ?? entry);
      if (earlier === undefined) hidden.push(declaration);
    }
  }
  lines.push('# Not exported, but part of what is', '');
  const parts = new Map<Statement, string>();
  for (const declaration of hidden) {
    for (const part of declaration.file.mentionedIn(declaration.nodes)) {
      const [first] = part.nodes;
      if (!first || printed.has(first)) continue;
      printed.set(first, '');
      parts.set(first, textOf(part));
      hidden.push(part);
    }
  }
  lines.push(...[...parts.values()].sort().flatMap((text) => [text, '']));
  return lines.join('\n');
}

function textOf({ file, nodes }: Declaration): string {
  return nodes.map((node) => file.textOf(node)).join('\n');
}

class Files {
  readonly #files = new Map<string, DeclarationFile>();

  at(path: string): DeclarationFile {
    const file = this.#files.get(path) ?? new DeclarationFile(this, path);
    this.#files.set(path, file);
    return file;
  }
}

/** A `.d.ts` file of the package. */
class DeclarationFile {
  readonly #files: Files;
  readonly #path: string;
  readonly #text: string;
  readonly #program: Program;
  readonly #docs: Map<number, number>;

  constructor(files: Files, path: string) {
    this.#files = files;
    this.#path = path;
    this.#text = readFileSync(path, 'utf8');
    const { program, comments } = parseSync(path, this.#text);
    this.#program = program;
    this.#docs = new Map(comments.map(({ start, end }) => [end, start]));
  }

  /** Everything that the file exports, by name. */
  exports(): Map<string, Declaration> {
    const found = new Map<string, Declaration>();
    for (const statement of this.#program.body) {
      if (statement.type === 'ExportAllDeclaration') {
        for (const [name, declaration] of this.#other(statement.source.value)?.exports() ?? [])
          found.set(name, declaration);
      } else if (statement.type === 'ExportNamedDeclaration') {
        for (const name of declaredNames(statement)) {
          const declaration = this.declaration(name);
          if (declaration) found.set(name, declaration);
        }
        const other = statement.source && this.#other(statement.source.value);
        for (const { local, exported } of statement.specifiers) {
          const declaration = other ? other.exports().get(nameOf(local)) : this.declaration(nameOf(local));
          if (declaration) found.set(nameOf(exported), declaration);
        }
      }
    }
    return found;
  }

  /** What a name means in this file: a declaration here, or in the file from which it is imported. */
  declaration(name: string): Declaration | undefined {
    const nodes = this.#program.body.filter((statement) => declaredNames(statement).includes(name));
    if (nodes.length > 0) return { file: this, nodes };
    for (const statement of this.#program.body) {
      if (statement.type !== 'ImportDeclaration') continue;
      for (const specifier of statement.specifiers) {
        if (specifier.local.name !== name || specifier.type !== 'ImportSpecifier') continue;
        return this.#other(statement.source.value)?.exports().get(nameOf(specifier.imported));
      }
    }
    return undefined;
  }

  /** The declarations of the package that some nodes of this file mention. */
  mentionedIn(nodes: Statement[]): Declaration[] {
    const names = new Set<string>();
    const visitor = new Visitor({ Identifier: ({ name }) => void names.add(name) });
    visitor.visit({ ...this.#program, body: nodes });
    return [...names].flatMap((name) => this.declaration(name) ?? []);
  }

  /** A node's text, with the doc comment before it. */
  textOf(node: Statement): string {
    const before = this.#text.slice(0, node.start).trimEnd().length;
    const start = this.#docs.get(before) ?? node.start;
    return this.#text.slice(start, node.end).replace(/^export (declare )?/m, '');
  }

  #other(source: string): DeclarationFile | undefined {
    if (!source.startsWith('.')) return undefined;
    return this.#files.at(join(dirname(this.#path), source.replace(/\.ts$/, '.d.ts')));
  }
}

/** The names that a statement declares, exported or not. */
function declaredNames(statement: Statement): string[] {
  const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
  switch (declaration?.type) {
    case 'VariableDeclaration':
      return declaration.declarations.flatMap(({ id }) => (id.type === 'Identifier' ? id.name : []));
    case 'TSInterfaceDeclaration':
    case 'TSTypeAliasDeclaration':
      return [declaration.id.name];
    case 'ClassDeclaration':
    case 'FunctionDeclaration':
    case 'TSDeclareFunction':
      return declaration.id ? [declaration.id.name] : [];
    default:
      return [];
  }
}

function nameOf(name: { name: string } | { value: string }): string {
  return 'name' in name ? name.name : name.value;
}
