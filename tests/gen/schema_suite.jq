# Rows of JSON-Schema-Test-Suite for schema_suite.sh, of its files.
#
# A group of the suite, a schema with instances, becomes an operation whose body has the schema. Pointers of `$ref` move with it.

def name: "of_\(input_filename | sub(".*/"; "") | rtrimstr(".json"))_\(.index)" | ascii_downcase | gsub("[^a-z0-9]"; "_");

def moved($to):
    if type == "object" then
        with_entries(if .key == "$ref" and (.value | type) == "string" and (.value | startswith("#"))
                     then .value |= $to + .[1:]
                     elif .key == "const" or (.key == "enum" and (.value | type) == "array") then .
                     else .value |= moved($to) end)
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

# The type that a schema without one is taken to have, by its keywords (docs/service.yaml.md); or null.
def took: . as $schema | [
    [["properties"], "object"], [["items"], "array"], [["minLength", "maxLength", "pattern"], "string"],
    [["required", "additionalProperties", "patternProperties", "propertyNames", "dependentRequired", "minProperties", "maxProperties"], "object"],
    [["minItems", "maxItems", "uniqueItems", "contains"], "array"],
    [["multipleOf", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"], "number"]
    ] | map(select(.[0] | any(. as $key | $schema | has($key)))) | if length > 0 and ($schema | has("type") or has("enum") or has("const") | not) then .[0][1] else null end;

# The schema that a pointer of the same document leads to; nothing, if there is none.
def at($root; $pointer): [$pointer | split("/")[1:][] | gsub("%25"; "%") | gsub("%22"; "\"") | gsub("~1"; "/") | gsub("~0"; "~")] as $path
    | $root | try getpath($path | map(if test("^[0-9]+$") then tonumber else . end)) catch empty;

# The instance, or a part of it, is of another type than the schema that it meets is taken to have.
def other($root; $data; $depth):
    if type != "object" or $depth > 12 then false
    elif took != null and took != ($data | type) then true
    else [
        (.allOf, .anyOf, .oneOf | arrays[] | other($root; $data; $depth + 1)),
        (.["$ref"] | strings | select(startswith("#")) as $pointer | at($root; $pointer) | other($root; $data; $depth + 1)),
        (.items as $items | $data | arrays[] as $element | $items | other($root; $element; $depth + 1)),
        (.contains as $contains | $data | arrays[] as $element | $contains | other($root; $element; $depth + 1)),
        (. as $schema | $data | objects | to_entries[] | . as $member |
            ($schema.properties | objects | .[$member.key]),
            ($schema.patternProperties | objects | to_entries[] | . as $pattern | select(try ($member.key | test($pattern.key)) catch false) | .value),
            ($schema.additionalProperties | select($schema.properties | type != "object" or (has($member.key) | not)))
            | other($root; $member.value; $depth + 1))
    ] | any end;

# GROUP, what the suite expects, whether a type that was taken decides, the description, the instance.
def rows: .[] | .name as $group | .schema as $schema | .description as $of | .tests[] | .data as $data |
    [$group, if .valid then "valid" else "invalid" end,
     if .valid and ($schema | other($schema; $data; 0)) then "taken" else "told" end,
     "\($of): \(.description)", (.data | tojson)] | @tsv;
