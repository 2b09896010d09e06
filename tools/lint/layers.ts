/**
 * The shape of the tree as lint rules: who may import whom, which folders stay free of the outside
 * world, and which file names are refused. Files in `tests/` and `tools/` may import what they like.
 *
 * These tables are the rules; everything below only applies them.
 */

/** Folder of `src/` → folders, or single files, of `src/` that it may import beside itself. */
const MAY_IMPORT: Record<string, readonly string[] | "everything"> = {
  base: [],
  core: ["base"],
  ports: ["base", "core"],
  config: ["base", "core"],
  sys: ["base", "core", "ports"],
  supervisor: ["base", "core", "config", "ports"],
  control: ["base", "core", "ports"],
  render: ["base", "core"],
  commands: ["base", "core", "ports", "render"],
  cli: ["base", "core", "ports", "render", "commands"],
  shell: ["base", "core", "ports", "render", "commands"],
  http: ["base", "core", "ports", "render", "control/messages.ts"],
  alert: ["base", "core", "ports", "render", "control/messages.ts"],
  logging: ["base"],
  page: [
    "base",
    "core",
    "ports",
    "render",
    "control/attach_messages.ts",
    "control/client/event_reader.ts",
    "control/wire.ts",
  ],
  modes: "everything",
};
/** Runs in browsers: no other folder may import it. */
const BROWSER_FOLDER = "page";
const MAIN_MAY_IMPORT = ["cli", "modes"];

/** npm package → folders that may import it. A package that is not here is refused in `src/`. */
const PACKAGE_FOLDERS: Record<string, readonly string[]> = {
  "yaml": ["config"],
  "zod": ["config", "control"],
  "shlex": ["config", "shell"],
  "commander": ["cli", "commands"],
  "fast-string-width": ["render", "shell"],
  "nodemailer": ["alert"],
  "ws": ["control"],
  "preact": ["page"],
  "@xterm/headless": ["sys"],
  "@xterm/addon-serialize": ["sys"],
  "@xterm/xterm": ["page"],
  "@xterm/addon-fit": ["page"],
};

/** Folders that run whole under fake ports, and the files in them that are let off. */
const PURE_FOLDERS = ["base", "core", "ports", "config", "supervisor", "render", "commands"];
const IMPURE_FILES = ["src/config/read.ts", "src/base/pause.ts"];

/** What a pure folder must not name. `new Date(value)` is let through: it does not read the clock. */
const IMPURE_GLOBALS = ["Deno", "Date", "setTimeout", "setInterval", "console", "performance"];
const IMPURE_MEMBERS = ["Math.random"];
/** The only built-in modules that a pure folder may import: none of them reaches the system. */
const PURE_NODE_MODULES = ["node:path", "node:path/posix", "node:util"];

/** Member of `Deno` → the only places in the program (a file or a folder) that may use it. */
const RESTRICTED_MEMBERS: Record<string, string> = {
  exit: "main.ts",
  dlopen: "src/sys/",
  Command: "src/sys/",
};

/** A file with such a name says nothing about what it holds. */
const REFUSED_FILE_NAMES = ["utils", "util", "helpers", "helper", "common", "types"];

const ROOT = decodeURIComponent(new URL("../../", import.meta.url).pathname);

/** Path from the root of the repository, with "/" between its parts. */
function pathInRepository(filename: string): string {
  return filename.startsWith(ROOT) ? filename.slice(ROOT.length) : filename;
}

/** The folder of `src/` that a path lies in; undefined for everything outside of `src/`. */
function folderOf(path: string): string | undefined {
  return /^src\/([^/]+)\//.exec(path)?.[1];
}

function isProgramFile(path: string): boolean {
  return path === "main.ts" || path.startsWith("src/");
}

function isPure(path: string): boolean {
  return PURE_FOLDERS.includes(folderOf(path) ?? "") && !IMPURE_FILES.includes(path);
}

/** What is wrong with the file at `from` importing the file at `to`, if anything is. */
function refusalOfImport(from: string, to: string): string | undefined {
  const folder = folderOf(from);
  const target = folderOf(to);
  if (from === "main.ts") {
    if (to === "deno.json" || MAIN_MAY_IMPORT.includes(target ?? "")) return undefined;
    return `main.ts must not import ${to}; it may import src/${MAIN_MAY_IMPORT.join(", src/")}`;
  }
  if (folder === undefined) return undefined; // The file itself is reported.
  const allowed = MAY_IMPORT[folder];
  if (allowed === undefined || folder === target) return undefined;
  if (target === BROWSER_FOLDER) {
    return `src/${folder} must not import ${to}: src/${BROWSER_FOLDER} runs in browsers`;
  }
  if (allowed === "everything") {
    return isProgramFile(to) && target === undefined || /^(tests|tools)\//.test(to)
      ? `src/${folder} must not import ${to}`
      : undefined;
  }
  if (target !== undefined && allowed.includes(target)) return undefined;
  if (allowed.includes(to.replace(/^src\//, ""))) return undefined;
  const list = allowed.length === 0 ? "nothing" : allowed.join(", ");
  return `src/${folder} must not import ${to}; it may import ${list}`;
}

/** "@scope/name/sub" and "npm:@scope/name@1.0.0" → "@scope/name". */
function packageName(specifier: string): string {
  const bare = specifier.replace(/^(npm|jsr):\/?/, "");
  return /^(@[^/]+\/)?[^/@]+/.exec(bare)?.[0] ?? bare;
}

/** What is wrong with importing `specifier` in the file at `from`, if anything is. */
function refusalOfSpecifier(from: string, specifier: string): string | undefined {
  if (!isProgramFile(from)) return undefined;
  if (/^\.\.?\//.test(specifier)) {
    const target = new URL(specifier, new URL(from, "file:///")).pathname.slice(1);
    return refusalOfImport(from, target);
  }
  if (specifier.startsWith("node:")) {
    if (!isPure(from) || PURE_NODE_MODULES.includes(specifier)) return undefined;
    return `src/${folderOf(from)} must stay pure: it must not import ${specifier}`;
  }
  const name = packageName(specifier);
  const folders = PACKAGE_FOLDERS[name];
  if (folders === undefined) return `package "${name}" is not in the table of tools/lint/layers.ts`;
  if (folders.includes(folderOf(from) ?? "")) return undefined;
  return `package "${name}" may only be imported in src/${folders.join(" and src/")}`;
}

function createImports(context: Deno.lint.RuleContext): Deno.lint.LintVisitor {
  const from = pathInRepository(context.filename);
  function check(source: Deno.lint.Node | null | undefined): void {
    // A specifier that is built at run time cannot be judged.
    if (source?.type !== "Literal" || typeof source.value !== "string") return;
    const message = refusalOfSpecifier(from, source.value);
    if (message !== undefined) context.report({ node: source, message });
  }
  return {
    Program(node): void {
      const folder = folderOf(from);
      const isMisplaced = folder === undefined && from.startsWith("src/");
      if (!isMisplaced && (folder === undefined || MAY_IMPORT[folder] !== undefined)) return;
      const message = `${from} lies in no folder of the table of tools/lint/layers.ts`;
      context.report({ node, message });
    },
    ImportDeclaration: (node) => check(node.source),
    ExportNamedDeclaration: (node) => check(node.source),
    ExportAllDeclaration: (node) => check(node.source),
    ImportExpression: (node) => check(node.source),
    TSImportType: (node) =>
      check(node.argument.type === "TSLiteralType" ? node.argument.literal : node.argument),
  };
}

/** "a.b" for `a.b` and `a["b"]`. */
function memberText(node: Deno.lint.MemberExpression): string | undefined {
  if (node.object.type !== "Identifier") return undefined;
  const { property } = node;
  if (property.type === "Literal") return `${node.object.name}.${property.value}`;
  if (property.type !== "Identifier" || node.computed) return undefined;
  return `${node.object.name}.${property.name}`;
}

/** True when the identifier names something in scope, rather than a member or a key. */
function isReference(node: Deno.lint.Identifier): boolean {
  const parent = node.parent as Deno.lint.Node;
  switch (parent.type) {
    case "MemberExpression":
      return parent.object === node || parent.computed;
    case "TSQualifiedName":
      return parent.left === node;
    case "Property":
      return parent.key !== node || parent.computed;
    case "MethodDefinition":
    case "PropertyDefinition":
    case "TSPropertySignature":
    case "TSMethodSignature":
      return parent.key !== node || parent.computed;
    default:
      return true;
  }
}

/** `new Date(value)`, which only converts. */
function isConversion(node: Deno.lint.Identifier): boolean {
  const parent = node.parent as Deno.lint.Node;
  return parent.type === "NewExpression" && parent.callee === node && parent.arguments.length > 0;
}

function createPure(context: Deno.lint.RuleContext): Deno.lint.LintVisitor {
  const path = pathInRepository(context.filename);
  if (!isPure(path)) return {};
  function report(node: Deno.lint.Node, name: string): void {
    const message = `src/${folderOf(path)} must stay pure: it must not use ${name}`;
    context.report({ node, message, hint: "Take it as an argument or through a port" });
  }
  return {
    Identifier(node): void {
      if (!IMPURE_GLOBALS.includes(node.name) || !isReference(node)) return;
      if (node.name === "Date" && isConversion(node)) return;
      report(node, node.name);
    },
    MemberExpression(node): void {
      const text = memberText(node)?.replace(/^globalThis\./, "");
      if (text === undefined) return;
      if (IMPURE_MEMBERS.includes(text) || IMPURE_GLOBALS.includes(text)) report(node, text);
    },
  };
}

function createRestrictedMembers(context: Deno.lint.RuleContext): Deno.lint.LintVisitor {
  const path = pathInRepository(context.filename);
  if (!isProgramFile(path)) return {};
  return {
    MemberExpression(node): void {
      const member = /^Deno\.(.*)$/.exec(memberText(node) ?? "")?.[1] ?? "";
      if (!Object.hasOwn(RESTRICTED_MEMBERS, member)) return;
      const place = RESTRICTED_MEMBERS[member]!;
      if (place.endsWith("/") ? path.startsWith(place) : path === place) return;
      context.report({ node, message: `Deno.${member} may only be used in ${place}` });
    },
  };
}

function createFileName(context: Deno.lint.RuleContext): Deno.lint.LintVisitor {
  const name = /([^/]*?)(_test)?\.[a-z]+$/.exec(context.filename)?.[1] ?? "";
  if (!REFUSED_FILE_NAMES.includes(name)) return {};
  return {
    Program(node): void {
      context.report({
        node,
        message: `"${name}" says nothing; name the file after what it holds`,
      });
    },
  };
}

/** True for statements that only pass on what another file defines. */
function isPassingOn(node: Deno.lint.Node): boolean {
  return node.type === "ImportDeclaration" || node.type === "ExportAllDeclaration" ||
    node.type === "ExportNamedDeclaration" && !node.declaration && node.specifiers.length > 0;
}

function createNoBarrel(context: Deno.lint.RuleContext): Deno.lint.LintVisitor {
  return {
    Program(node): void {
      const exportsSomething = node.body.some((statement) => statement.type.startsWith("Export"));
      if (!exportsSomething || !node.body.every(isPassingOn)) return;
      const message = "this file only exports what others define; import the defining file instead";
      context.report({ node, message });
    },
  };
}

const plugin: Deno.lint.Plugin = {
  name: "taskmaster",
  rules: {
    "imports": { create: createImports },
    "pure": { create: createPure },
    "restricted-members": { create: createRestrictedMembers },
    "file-name": { create: createFileName },
    "no-barrel": { create: createNoBarrel },
  },
};

export default plugin;
