/** As much of JSON Schema as our own schemas use; an unknown keyword is a mistake in the test. */
export type Schema = boolean | { readonly [keyword: string]: unknown };

const ANNOTATIONS = [
  ...["$schema", "$defs", "title", "description", "then", "else"],
  // Without a vocabulary that says otherwise these are no more than hints.
  ...["format", "contentEncoding"],
];

/** Paths at which a value does not match, with the keyword that says so. */
export function validate(root: Schema, value: unknown): string[] {
  return check(root, value, "", root);
}

function check(schema: Schema, value: unknown, path: string, root: Schema): string[] {
  if (typeof schema === "boolean") return schema ? [] : [`${path}: false`];
  return Object.entries(schema).flatMap(([keyword, wanted]) => {
    if (ANNOTATIONS.includes(keyword)) return [];
    return applyKeyword(keyword, wanted, { schema, value, path, root });
  });
}

interface Checked {
  readonly schema: Exclude<Schema, boolean>;
  readonly value: unknown;
  readonly path: string;
  readonly root: Schema;
}

function applyKeyword(keyword: string, wanted: unknown, checked: Checked): string[] {
  const { schema, value, path, root } = checked;
  const fails = (isFailing: boolean) => isFailing ? [`${path}: ${keyword}`] : [];
  const entries = kindOf(value) === "object" ? Object.entries(value as object) : [];
  const within = (inner: unknown) => check(inner as Schema, value, path, root);
  switch (keyword) {
    case "type":
      return fails(![wanted].flat().some((type) => matchesType(type as string, value)));
    case "const":
      return fails(value !== wanted);
    case "enum":
      return fails(!(wanted as unknown[]).includes(value));
    case "minimum":
      return fails(typeof value === "number" && value < Number(wanted));
    case "exclusiveMinimum":
      return fails(typeof value === "number" && value <= Number(wanted));
    case "maximum":
      return fails(typeof value === "number" && value > Number(wanted));
    case "minLength":
      return fails(typeof value === "string" && value.length < Number(wanted));
    case "pattern":
      return fails(typeof value === "string" && !new RegExp(wanted as string, "u").test(value));
    case "minItems":
      return fails(Array.isArray(value) && value.length < Number(wanted));
    case "items":
      return Array.isArray(value)
        ? value.flatMap((item, index) => check(wanted as Schema, item, `${path}/${index}`, root))
        : [];
    case "anyOf":
      return fails((wanted as Schema[]).every((inner) => within(inner).length > 0));
    case "oneOf":
      return fails((wanted as Schema[]).filter((inner) => within(inner).length === 0).length !== 1);
    case "not":
      return fails(within(wanted).length === 0);
    case "if":
      return within(within(wanted).length === 0 ? schema.then ?? true : schema.else ?? true);
    case "$ref": {
      const name = (wanted as string).split("/").at(-1)!;
      const definitions = (root as { $defs: Record<string, Schema> }).$defs;
      return within(definitions[name]);
    }
    case "required":
      return kindOf(value) === "object"
        ? fails((wanted as string[]).some((key) => !Object.hasOwn(value as object, key)))
        : [];
    case "minProperties":
      return fails(kindOf(value) === "object" && entries.length < Number(wanted));
    case "propertyNames":
      return entries.flatMap(([key]) => check(wanted as Schema, key, `${path}/${key}`, root));
    case "properties":
    case "patternProperties":
    case "additionalProperties":
      return entries.flatMap(([key, item]) =>
        schemasFor(keyword, key, schema).flatMap((inner) =>
          check(inner, item, `${path}/${key}`, root)
        )
      );
    default:
      throw new Error(`unknown keyword "${keyword}" at ${path}`);
  }
}

function schemasFor(keyword: string, key: string, schema: Exclude<Schema, boolean>): Schema[] {
  const properties = (schema.properties ?? {}) as Record<string, Schema>;
  const patterns = Object.entries((schema.patternProperties ?? {}) as Record<string, Schema>)
    .filter(([pattern]) => new RegExp(pattern, "u").test(key)).map(([, inner]) => inner);
  const isNamed = Object.hasOwn(properties, key);
  if (keyword === "properties") return isNamed ? [properties[key]!] : [];
  if (keyword === "patternProperties") return patterns;
  return isNamed || patterns.length > 0 ? [] : [schema.additionalProperties as Schema];
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

function matchesType(type: string, value: unknown): boolean {
  return type === "integer" ? Number.isInteger(value) : kindOf(value) === type;
}
