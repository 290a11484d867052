# Rows of JSON-Schema-Test-Suite for schema_suite.sh: with --arg file NAME and --argjson want [N...] (the groups).
#
# A group of the suite, a schema with instances, becomes an operation whose body has the schema. Pointers of `$ref` move with it.

def name: "of_\($file)_\(.index)" | ascii_downcase | gsub("[^a-z0-9]"; "_");

def moved($to):
    if type == "object" then
        with_entries(if .key == "$ref" and (.value | type) == "string" and (.value | startswith("#"))
                     then .value |= $to + .[1:] else .value |= moved($to) end)
    elif type == "array" then map(moved($to)) else . end;

def groups: to_entries | map(.value + { index: .key }) | map(. + { name: name })
    | map(.schema |= (if type == "object" then del(.["$schema"]) else . end));

def contract: {
    openapi: "3.1.0", info: { title: "schemas of the suite", version: "1" },
    paths: map({ key: "/\(.name)", value: { post: {
        operationId: .name,
        requestBody: { required: true, content: { "application/json": { schema: { "$ref": "#/components/schemas/s_\(.name)" } } } },
        responses: { "204": { description: "valid" } } } } }) | from_entries,
    components: { schemas: map({ key: "s_\(.name)", value: (.name as $to | .schema | moved("#/components/schemas/s_\($to)")) }) | from_entries },
    "x-service": { name: "suite" } };

# What a schema without `type` is taken to be about, by its keywords (docs/service.yaml.md).
def about: {
    object: ["properties", "required", "additionalProperties", "minProperties", "maxProperties", "patternProperties", "propertyNames", "dependentRequired"],
    array: ["items", "minItems", "maxItems", "uniqueItems", "contains", "minContains", "maxContains", "prefixItems"],
    string: ["minLength", "maxLength", "pattern", "format"],
    number: ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"] };
def types: [.. | objects | select(has("type") | not) | keys[] as $key | about | to_entries[] | select(.value | index($key)) | .key] | unique;

# GROUP, what the suite expects, whether the type that is taken decides, the description, the instance.
def rows: .[] | .name as $group | (.schema | types) as $types | .description as $of | .tests[] |
    [$group, if .valid then "valid" else "invalid" end,
     if .valid and ($types | length) > 0 then "taken" else "told" end,
     "\($of): \(.description)", (.data | tojson)] | @tsv;
