/* SPDX-License-Identifier: MIT */
/*
 * Each schema of the case "schemas", on bytes: what keeps to it comes back as the second text (the same, where there is
 * none), what does not is told place by place.
 */
#include "peer.h"
#include "schemas.h"
#include "tap.h"

struct codec {
    const char *name;
    size_t size;
    bool (*read)(struct uc_json_reader *r, void *value);
    void (*write)(struct uc_json_writer *w, const void *value);
};

/* The generated functions of one struct, with the types of `struct codec`. */
#define CODEC(prefix, type)                                                                                          \
    static bool read_##prefix##_##type(struct uc_json_reader *r, void *value)                                        \
    {                                                                                                                \
        return prefix##_##type##_read(r, value);                                                                     \
    }                                                                                                                \
    static void write_##prefix##_##type(struct uc_json_writer *w, const void *value)                                 \
    {                                                                                                                \
        prefix##_##type##_write(w, value);                                                                           \
    }                                                                                                                \
    static const struct codec prefix##_##type = {#type, sizeof(struct prefix##_##type), read_##prefix##_##type,      \
                                                 write_##prefix##_##type};

CODEC(schemas, free)
CODEC(schemas, once)
CODEC(schemas, prices)
CODEC(schemas, excluded)
CODEC(schemas, stricter)
CODEC(schemas, untouched)
CODEC(schemas, ruled)
CODEC(schemas, others)
CODEC(schemas, names)
CODEC(schemas, defaults)
CODEC(schemas, filled)
CODEC(schemas, chain)
CODEC(schemas, dog)
CODEC(schemas, kennel)
CODEC(schemas, both)
CODEC(schemas, user)
CODEC(peer, user)
CODEC(schemas, values)
CODEC(schemas, listed)
CODEC(schemas, containing)
CODEC(schemas, deep)
CODEC(schemas, sets)
CODEC(schemas, maps)
CODEC(schemas, extra)
CODEC(schemas, tree)
CODEC(schemas, nulls)
CODEC(schemas, merged)
CODEC(schemas, choices)
CODEC(schemas, anything)
CODEC(schemas, patterns)
CODEC(schemas, either)
CODEC(schemas, exactly)

#define SAME NULL
#define OPEN "\"open\":{\"a\":1,\"b c\":null,\"d\":[{}]}"
#define FREE(rest) "{" OPEN rest ",\"list\":[1,\"a\"],\"more\":{}}"
#define DEFAULTS                                                                                                     \
    "\"text\":\"a \\\"b\\\"\",\"count\":-3,\"large\":5000000000,\"share\":0.5,\"flag\":true,\"mood\":\"good\","      \
    "\"maybe\":\"x\",\"none\":null,\"list\":[],\"ratio\":0.25,\"dir\":\"-name\"}"

#define FILLED(list, rest)                                                                                           \
    "{\"list\":" list ",\"empty\":[],\"frame\":{\"width\":2,\"color\":\"a \\\"b\\\"\"},"                              \
    "\"frames\":[{\"width\":2,\"color\":\"x\"},{\"width\":5,\"color\":\"y\"}],\"map\":{\"a\":0.5,\"b\":null},"            \
    "\"choice\":[true],\"free\":{\"a\":[1,null]},\"any\":[\"x\"],\"nothing\":null,\"maybe\":null,\"id\":[\"123e4567-e89b-12d3-a456-426614174000\"],"         \
    "\"listed\":[2]" rest "}"

#define VALUES(rest) "{\"version\":\"v1\"," rest "}"

static const struct {
    const struct codec *codec;
    const char *name, *json, *want;
} rows[] = {
    {&schemas_free, "free-form values are kept", FREE(",\"closed\":{}"), SAME},
    {&schemas_free, "a keyword about another type means nothing", FREE(""), SAME},
    {&schemas_free, "a required member that no schema describes is missed", "{" OPEN ",\"list\":[]}",
     "/more is required"},
    {&schemas_free, "required members of a free-form object are missed",
     "{\"open\":{\"a\":1,\"x\":1,\"y\":2},\"list\":[],\"more\":1}", "/open/b c is required"},
    {&schemas_free, "an escaped name is the same name",
     "{\"open\":{\"\\u0061\":1,\"b c\":1,\"y\":2},\"list\":[],\"more\":1}", SAME},
    {&schemas_free, "too few members", "{\"open\":{\"a\":1,\"b c\":1},\"list\":[],\"more\":1}",
     "/open must have at least 3 members"},
    {&schemas_free, "too many members",
     "{\"open\":{\"a\":1,\"b c\":1,\"c\":1,\"d\":1,\"e\":1},\"list\":[],\"more\":1}",
     "/open must have at most 4 members"},
    {&schemas_free, "a closed object without members has none", FREE(",\"closed\":{\"a\":1}"),
     "/closed must have at most 0 members"},
    {&schemas_free, "a list without items is one of anything",
     "{" OPEN ",\"list\":[1,2,3],\"more\":1}", "/list must have at most 2 elements"},
    {&schemas_free, "a name twice in a free-form object",
     "{\"open\":{\"a\":1,\"a\":1,\"b c\":1},\"list\":[],\"more\":1}", "syntax"},
    {&schemas_defaults, "what is absent takes its default", "{\"needed\":1}", "{\"needed\":1," DEFAULTS},
    {&schemas_defaults, "what is there does not",
     "{\"needed\":1,\"text\":\"\",\"count\":0,\"large\":0,\"share\":0,\"flag\":false,\"mood\":\"bad\",\"maybe\":null,"
     "\"none\":\"y\",\"list\":[],\"ratio\":1,\"dir\":\"name\"}",
     SAME},
    {&schemas_defaults, "a required member is missed, default or not", "{}", "/needed is required"},
    {&schemas_filled, "lists and objects stand for what is absent", "{}", FILLED("[1,2]", "")},
    {&schemas_filled, "at every depth, and not for what is there", "{\"list\":[],\"next\":{\"list\":[7],\"next\":{}}}",
     FILLED("[]", ",\"next\":" FILLED("[7]", ",\"next\":" FILLED("[1,2]", "")))},
    {&schemas_filled, "what comes is held to its schema, and its defaults are none", "{\"id\":[\"none\"],\"frames\":[{}],\"choice\":1}",
     "/id/0 must be a UUID; /frames/0/color is required; /choice must be a string or an array"},
    {&schemas_chain, "a default of what contains itself takes the defaults of its members", "{}",
     "{\"first\":{\"size\":3,\"next\":{\"size\":3,\"next\":{\"size\":1}}}}"},
    {&schemas_dog, "members of all parts",
     "{\"name\":\"rex\",\"home\":{\"city\":\"x\"},\"weight\":1,\"kind\":\"dog\",\"parent\":{\"name\":\"a\"},"
     "\"bark\":\"b\",\"owner\":{\"name\":\"c\"}}",
     SAME},
    {&schemas_dog, "members required by any part are missed", "{}",
     "/name is required; /weight is required; /bark is required; /owner is required"},
    {&schemas_dog, "bounds of both parts hold",
     "{\"name\":\"r\",\"weight\":0,\"kind\":\"cat\",\"bark\":\"\",\"owner\":{\"name\":\"123456789\"}}",
     "/name must have at least 2 characters; /weight must be greater than 0; /kind must be dog; "
     "/owner/name must have at most 8 characters"},
    {&schemas_dog, "the tighter of two lengths", "{\"name\":\"123456789\",\"weight\":91,\"bark\":\"\",\"owner\":{\"name\":\"\"}}",
     "/name must have at most 8 characters; /weight must be at most 90"},
    {&schemas_kennel, "a reference with a bound beside it", "{\"steps\":24}", "{\"steps\":24,\"mood\":\"bad\"}"},
    {&schemas_kennel, "a multiple of both", "{\"steps\":8,\"mood\":\"good\"}", "/steps must be a multiple of 12"},
    {&schemas_kennel, "the bound beside the reference", "{\"steps\":60}", "/steps must be at most 48"},
    {&schemas_both, "parts that contain themselves",
     "{\"next\":{\"next\":{\"a\":1,\"b\":2},\"b\":3},\"b\":4}", SAME},
    {&schemas_both, "what is required is so at every depth", "{\"next\":{\"next\":{}},\"b\":4}",
     "/next/next/b is required; /next/b is required"},
    {&schemas_user, "a service asks for what clients send, and answers the rest",
     "{\"name\":\"n\",\"password\":\"1234\"}", "{\"id\":0,\"name\":\"n\",\"made\":null}"},
    {&schemas_user, "a service passes over what only it may say",
     "{\"id\":\"x\",\"made\":7,\"note\":[],\"shown\":1,\"name\":\"n\",\"password\":\"1234\",\"hint\":\"h\"}",
     "{\"id\":0,\"name\":\"n\",\"made\":null}"},
    {&schemas_user, "what is to be sent is missed, and nothing else", "{}", "/name is required; /password is required"},
    {&schemas_user, "and held to its bounds", "{\"name\":\"n\",\"password\":\"123\"}",
     "/password must have at least 4 characters"},
    {&peer_user, "a client asks for what services answer, and sends the rest",
     "{\"id\":7,\"name\":\"n\",\"made\":\"good\",\"note\":null,\"password\":5}", "{\"name\":\"n\",\"password\":\"\"}"},
    {&peer_user, "what is to be answered is missed", "{}", "/id is required; /name is required; /made is required"},
    {&schemas_values, "a value of each kind", VALUES("\"size\":3,\"large\":9223372036854775807"), SAME},
    {&schemas_values, "numbers that are listed", VALUES("\"size\":-2147483648,\"share\":0.5"), SAME},
    {&schemas_values, "and those that are not", VALUES("\"size\":0,\"large\":2,\"share\":0.25"),
     "/size must be one of: 1, 2, 3, -2147483648; /large must be one of: 1, 9223372036854775807; "
     "/share must be one of: 0.5, 1"},
    {&schemas_values, "the only value", "{\"version\":\"v2\",\"agreed\":false,\"answer\":41}",
     "/version must be v1; /agreed must be true; /answer must be 42"},
    {&schemas_values, "true and false are both listed", VALUES("\"agreed\":true,\"either\":false"), SAME},
    {&schemas_values, "texts without names in C", VALUES("\"order\":\">=\",\"dir\":\"name\""), SAME},
    {&schemas_values, "and others", VALUES("\"order\":\"=\",\"dir\":\"+name\""),
     "/order must be one of: >, <, >=; /dir must be one of: name, -name"},
    {&schemas_values, "a text among scalars", VALUES("\"mixed\":\"a \\\"b\\\"\""), SAME},
    {&schemas_values, "a number among scalars", VALUES("\"mixed\":1.0"), SAME},
    {&schemas_values, "null among scalars", VALUES("\"mixed\":null,\"maybe\":null"), SAME},
    {&schemas_values, "none of the scalars", VALUES("\"mixed\":false"), "/mixed must be one of: 1, \"1\", true, \"a \\\"b\\\"\", 2.5"},
    {&schemas_values, "an object is no scalar", VALUES("\"mixed\":{}"), "/mixed must be one of: 1, \"1\", true, \"a \\\"b\\\"\", 2.5"},
    {&schemas_values, "null that is not listed", VALUES("\"never\":null"), "/never must be a string"},
    {&schemas_values, "too few members", "{\"version\":\"v1\"}", " must have at least 2 members"},
    {&schemas_values, "too many members, also unknown ones", "{\"version\":\"v1\",\"a\":1,\"b\":1,\"c\":1,\"d\":1}",
     " must have at most 4 members"},
    {&schemas_listed, "a value of each type",
     "{\"point\":{\"x\":1,\"y\":2},\"pair\":[1,2],\"counts\":{\"a\":1,\"b\":2},\"free\":{ \"b \\\"\":5e-1,\"a\":[1.0,null]},"
     "\"any\":{\"\\u0031\":1},\"typed\":[\"b\"],\"lists\":[1,\"a\"]}",
     SAME},
    {&schemas_listed, "by value, in any order",
     "{\"point\":{\"y\":2,\"x\":1},\"pair\":[],\"counts\":{\"b\":2,\"a\":1},\"free\":{ \"b \\\"\":5e-1,\"a\":[1.0,null]},"
     "\"any\":{\"\\u0031\":1},\"typed\":[\"b\"],\"lists\":[1,\"a\"]}",
     "{\"point\":{\"x\":1,\"y\":2},\"pair\":[],\"counts\":{\"b\":2,\"a\":1},\"free\":{ \"b \\\"\":5e-1,\"a\":[1.0,null]},"
     "\"any\":{\"\\u0031\":1},\"typed\":[\"b\"],\"lists\":[1,\"a\"]}"},
    {&schemas_listed, "and none of them",
     "{\"point\":{\"x\":0,\"y\":0},\"pair\":[2,1],\"counts\":{\"a\":1},\"free\":{},\"any\":[\"1\"],\"typed\":5,\"lists\":[2,2]}",
     "/point must be one of: {\"x\":1,\"y\":2}, {\"x\":0}; /pair must be one of: [1,2], [], [3,3]; "
     "/counts must be {\"a\":1,\"b\":2}; /free must be {\"a\":[1,null],\"b \\\"\":0.50}; "
     "/any must be one of: 1, \"1\", [1], {\"1\":1}, true; /typed must be one of: \"a\", [\"b\"]; /lists must be one of: [1,\"a\"], [2]"},
    {&schemas_listed, "members that no schema names count, too", "{\"point\":{\"x\":0,\"z\":0}}",
     "/point must be one of: {\"x\":1,\"y\":2}, {\"x\":0}"},
    {&schemas_listed, "and are passed over", "{\"shape\":{\"b\":\"y\",\"a\":\"x\"}}", "{\"shape\":{\"a\":\"x\"}}"},
    {&schemas_listed, "what the schema says is told first", "{\"point\":{\"x\":\"1\"},\"pair\":[3,3]}",
     "/point/x must be an integer; /pair must not have an element twice"},
    {&schemas_listed, "null among them", "{\"any\":null,\"typed\":null,\"or_null\":null}", SAME},
    {&schemas_listed, "elements", "{\"items\":[[0],{},[ 0.0 ]]}", SAME},
    {&schemas_listed, "and others", "{\"items\":[[0],[],{\"a\":0}]}", "/items/1 must be one of: [0], {}; /items/2 must be one of: [0], {}"},
    {&schemas_listed, "one of a choice", "{\"choice\":[2],\"beside\":{}}", SAME},
    {&schemas_listed, "another one", "{\"choice\":\"x\",\"beside\":5}", SAME},
    {&schemas_listed, "and none of it", "{\"choice\":[3],\"beside\":2.5}", "/choice must be one of: [1], [2.0]; /beside must be an integer"},
    {&schemas_listed, "a choice of which no value is listed", "{\"beside\":true,\"not_null\":null,\"or_null\":\"x\"}",
     "/beside must be a string or an integer or an object; /not_null must be a string; /or_null must be an integer"},
    {&schemas_listed, "null alone", "{\"nothing\":null,\"no_more\":null,\"none\":null,\"either\":null}", SAME},
    {&schemas_listed, "and nothing else", "{\"nothing\":0,\"no_more\":\"null\",\"none\":{},\"either\":5}",
     "/nothing must be null; /no_more must be null; /none must be null"},
    {&schemas_listed, "what two lists have in common", "{\"common\":[2,{\"a\":1}]}", SAME},
    {&schemas_listed, "and nothing else of both", "{\"common\":1}", "/common must be an array"},
    {&schemas_containing, "elements that are asked for",
     "{\"five\":[1,5],\"roles\":[\"guest\",\"\\u0061dmin\"],\"any\":[\"a\",true,{},null],\"none\":[1,[2]],\"main\":[{\"n\":1},{\"kind\":\"main\"}],"
     "\"all\":[1],\"texts\":[null,\"ab\"],\"lists\":[[1],[1,2]],\"part\":[1]}",
     "{\"five\":[1,5],\"roles\":[\"guest\",\"admin\"],\"any\":[\"a\",true,{},null],\"none\":[1,[2]],\"main\":[{\"n\":1},{}],"
     "\"all\":[1],\"texts\":[null,\"ab\"],\"lists\":[[1],[1,2]],\"part\":[1]}"},
    {&schemas_containing, "too few of them",
     "{\"five\":[],\"roles\":[\"guest\"],\"any\":[1.5,true,7],\"main\":[{\"kind\":\"other\"},{}],\"all\":[],\"texts\":[null],"
     "\"lists\":[[1]],\"part\":[\"1\"]}",
     "/five must have at least 1 element that \"contains\" describes; /roles must have at least 1 element that \"contains\" describes; "
     "/any must have at least 2 elements that \"contains\" describes; /main must have at least 1 element that \"contains\" describes; "
     "/all must have at least 1 element that \"contains\" describes; /texts must have at least 1 element that \"contains\" describes; "
     "/lists must have at least 1 element that \"contains\" describes; /part must have at least 1 element that \"contains\" describes"},
    {&schemas_containing, "too many", "{\"roles\":[\"admin\",\"a\",\"admin\"],\"five\":[5,1,6,7],\"any\":[null,true,null,false],\"none\":[[1.0]],\"all\":[1,2,3]}",
     "/roles must have at most 1 element that \"contains\" describes; /five must have at most 2 elements that \"contains\" describes; /any must have at most 3 elements that \"contains\" describes; "
     "/none must have at most 0 elements that \"contains\" describes; /all must have at most 2 elements that \"contains\" describes"},
    {&schemas_containing, "what the schema says of the elements is told first", "{\"five\":[\"x\"],\"texts\":[null,null,null,null],\"lists\":[[1,2],[2]]}",
     "/five/0 must be an integer; /texts must have at most 3 elements; /lists/1 must have at least 1 element that \"contains\" describes"},
    {&schemas_containing, "a default has them", "{}", "{\"texts\":[\"a\"]}"},
    {&schemas_containing, "broken syntax inside stays that", "{\"any\":[1,[2,}]}", "syntax"},
    {&schemas_deep, "lists in lists", "[[],[[],[[]]]]", SAME},
    {&schemas_deep, "at every depth", "[[[],[]],[[[],[]]]]",
     "/0 must have at most 1 element that \"contains\" describes; /1/0 must have at most 1 element that \"contains\" describes"},
    {&schemas_prices, "multiples of fractions",
     "{\"price\":1e+300,\"share\":0.35,\"halves\":[0,-0.5,2],\"whole\":6,\"any\":7,\"usual\":0.3}", SAME},
    {&schemas_prices, "a default is one", "{}", "{\"whole\":3,\"usual\":0.3}"},
    {&schemas_prices, "and what is none",
     "{\"price\":0.30000000000000004,\"share\":0.01,\"halves\":[0.5,0.75],\"whole\":5,\"usual\":0.1000000000000000000001}",
     "/price must be a multiple of 0.01; /share must be a multiple of 0.05; /halves/1 must be a multiple of 0.5; "
     "/whole must be a multiple of 3; /usual must be a multiple of 0.1"},
    {&schemas_prices, "beyond a bound, too", "{\"price\":1.001e300}", "/price must be at most 1e300"},
    {&schemas_sets, "lists without repetition",
     "{\"texts\":[\"\",\"a\",\"ab\",\"b\"],\"moods\":[\"bad\",\"good\"],\"smalls\":[2,-1],\"larges\":[5000000000,5],"
     "\"shares\":[0.5,1],\"flags\":[true,false],\"any\":[1,1]}",
     SAME},
    {&schemas_sets, "each with one",
     "{\"texts\":[\"a\",\"b\",\"\\u0061\"],\"moods\":[\"bad\",\"good\",\"bad\"],\"smalls\":[2,-1,2],"
     "\"larges\":[5000000000,5,5000000000],\"shares\":[0.5,5e-1],\"flags\":[true,true]}",
     "/texts must not have an element twice; /moods must not have an element twice; "
     "/smalls must not have an element twice; /larges must not have an element twice; "
     "/shares must not have an element twice; /flags must not have an element twice"},
    {&schemas_once, "lists of all kinds without repetition",
     "{\"sizes\":[{\"w\":1,\"h\":0},{\"w\":1,\"h\":1},{\"w\":2}],\"lists\":[[],[[]],[[1],[\"1\"]],[[1,2]],[[2,1]]],"
     "\"free\":[1,\"1\",true,false,null,{},[],\"\",{\"a\":{}},{\"a\":[]},[{}],[[]],[0,1],[1],{\"a\":1,\"b\":2},{\"a\":2,\"b\":1}],"
     "\"nulls\":[null,0],\"choices\":[\"0\",0],\"maps\":[{},{\"a\":1},{\"a\":2},{\"b\":1}]}",
     SAME},
    {&schemas_once, "each with one",
     "{\"sizes\":[{\"w\":1,\"h\":0.5},{\"h\":5e-1,\"w\":1.0}],\"lists\":[[[1],[2]],[[1.0],[20e-1]]],"
     "\"free\":[{\"x\":[1,{\"b\":null,\"a\":\"A\"}]},{\"x\":[1e0,{\"\\u0061\":\"\\u0041\",\"b\":null}]}],"
     "\"nulls\":[null,1,null],\"choices\":[0,-0.0],\"maps\":[{\"a\":1,\"b\":2},{\"b\":2,\"a\":1}]}",
     "/sizes must not have an element twice; /lists must not have an element twice; /free must not have an element twice; "
     "/nulls must not have an element twice; /choices must not have an element twice; /maps must not have an element twice"},
    {&schemas_once, "unknown members and absent ones tell", "{\"sizes\":[{\"w\":1},{},{\"w\":1,\"x\":0},{\"w\":1,\"x\":1}]}",
     "{\"sizes\":[{\"w\":1},{\"w\":1},{\"w\":1},{\"w\":1}]}"},
    {&schemas_once, "a repetition inside", "{\"lists\":[[],[[1],[2],[1]]]}", "/lists/1 must not have an element twice"},
    {&schemas_once, "and more than may stand", "{\"sizes\":[{},{},{},{},{}]}", "/sizes must have at most 4 elements"},
    {&schemas_once, "numbers that no double tells apart", "{\"free\":[9007199254740992,9007199254740993,0.1,0.10000000000000000001]}", SAME},
    {&schemas_once, "broken off", "{\"free\":[{\"a\":1},{\"a\":1}", "syntax"},
    {&schemas_excluded, "members that may be together", "{\"id\":1,\"a\":\"x\",\"c\":\"x\",\"d\":true}", SAME},
    {&schemas_excluded, "and that may not", "{\"id\":1,\"a\":\"\",\"b\":1,\"gone\":null,\"c\":\"z\"}",
     " must not have a and b together;  must not have gone"},
    {&schemas_excluded, "a member that needs another", "{\"id\":1,\"a\":\"\"}", "/c is required beside a"},
    {&schemas_excluded, "and the other way round", "{\"c\":\"x\"}", "/id is required; /a is required beside c"},
    {&schemas_excluded, "values that are excluded", "{\"id\":-1,\"b\":5e-1,\"d\":false}",
     "/id must be none of: 0, -1; /b must not be 0.5; /d must not be false"},
    {&schemas_excluded, "texts, too", "{\"id\":1,\"a\":\"a \\\"b\\\"\",\"c\":\"y\"}", "/a must not be a \"b\"; /c must be one of: x, z"},
    {&schemas_excluded, "what no integer is, excludes none", "{\"id\":1,\"near\":0,\"other\":5}", SAME},
    {&schemas_excluded, "5.0 is 5, and null a value", "{\"id\":1,\"near\":5,\"set\":null,\"some\":null}",
     "/near must not be 5; /set must be a string; /some must be a string or an integer"},
    {&schemas_excluded, "an excluded one of two kinds", "{\"id\":1,\"some\":7,\"few\":2}", "/some must not be 7"},
    {&schemas_untouched, "a \"not\" of another type", "{\"a\":1}", SAME},
    {&schemas_ruled, "a required name keeps to its pattern", "{\"x-id\":\"a\",\"x-b\":\"c\"}", SAME},
    {&schemas_ruled, "and one that does not", "{\"x-id\":5}", "/x-id must be a string"},
    {&schemas_others, "or to what holds for all others", "{\"id\":5}", "/id must be a string"},
    {&schemas_stricter, "what parts exclude, and ask for, is united", "{\"id\":1,\"a\":\"\",\"b\":1}",
     " must not have a and b together; /c is required beside a; /d is required beside a; /c is required beside b"},
    {&schemas_stricter, "each of it", "{\"id\":1,\"b\":1,\"c\":\"x\",\"d\":true,\"a\":\"\"}",
     " must not have a and b together;  must not have b and d together"},
    {&schemas_names, "names by patterns",
     "{\"labels\":{\"x-a\":1,\"x-bc\":2},\"open\":{\"n\":null,\"no\":\"x\"},\"codes\":{\"de\":true},\"any\":{\"ab\":[1]},"
     "\"beside\":{\"x-a\":9,\"other\":\"o\",\"x-b\":10},\"loose\":{\"ab\":1,\"c\":{}}}",
     SAME},
    {&schemas_names, "what no pattern is about is passed over", "{\"open\":{\"n\":\"x\",\"m\":[1]}}", "{\"open\":{\"n\":\"x\"}}"},
    {&schemas_names, "or refused", "{\"labels\":{\"x-a\":\"1\",\"x-\":{},\"y\":1},\"beside\":{\"x-a\":10,\"x-b\":\"\",\"z\":1}}",
     "/labels/x-a must be an integer; /labels/x- is not known; /labels/y is not known; "
     "/beside/x-a must be at most 9; /beside/x-b must be an integer; /beside/z is not known"},
    {&schemas_names, "names that are none", "{\"open\":{\"nnnnn\":\"\",\"mmmmm\":1},\"codes\":{\"it\":true},\"any\":{\"a\":1,\"A1\":1},\"loose\":{\"abc\":1}}",
     "/open/nnnnn must have at most 4 characters; /open/mmmmm must have at most 4 characters; /codes/it must be one of: de, fr; "
     "/any/a must have at least 2 characters; /any/A1 must match ^[a-z]+$; /loose/abc must have at most 2 characters"},
    {&schemas_names, "too many, of any name", "{\"labels\":{\"x-a\":1,\"x-b\":1,\"x-c\":1,\"x-d\":1}}", "/labels must have at most 3 members"},
    {&schemas_maps, "values of every kind",
     "{\"counts\":{\"all\":0,\"\":2},\"texts\":{\"a\\\"b\":\"x\"},\"sizes\":{\"s\":{\"w\":1},\"t\":{\"w\":2}},"
     "\"lists\":{\"a\":[],\"b\":[\"c\"]},\"maps\":{\"a\":{\"b\":true}},\"moods\":{\"m\":\"bad\"},"
     "\"maybe\":{\"a\":null,\"b\":1},\"objects\":{\"o\":{\"p\":[]}},\"open\":{\"q\":1}}",
     SAME},
    {&schemas_maps, "more values than fit at first",
     "{\"texts\":{\"a\":\"1\",\"b\":\"2\",\"c\":\"3\",\"d\":\"4\",\"e\":\"5\",\"f\":\"6\",\"g\":\"7\",\"h\":\"8\",\"i\":\"9\"}}", SAME},
    {&schemas_maps, "no member is a map, too", "{\"texts\":{}}", SAME},
    {&schemas_maps, "values that break their schema", "{\"counts\":{\"all\":-1,\"x\":\"y\"},\"moods\":{\"m\":\"?\"},\"sizes\":{\"s\":{}}}",
     "/counts/all must be at least 0; /counts/x must be an integer; /moods/m must be one of: good, bad; "
     "/sizes/s/w is required"},
    {&schemas_maps, "a required name, and too few", "{\"counts\":{}}", "/counts/all is required; /counts must have at least 1 member"},
    {&schemas_maps, "too many", "{\"counts\":{\"all\":1,\"b\":1,\"c\":1,\"d\":1}}", "/counts must have at most 3 members"},
    {&schemas_maps, "a name twice", "{\"texts\":{\"a\":\"1\",\"\\u0061\":\"2\"}}", "syntax"},
    {&schemas_maps, "no object", "{\"texts\":[]}", "/texts must be an object"},
    {&schemas_extra, "members, and others beside them", "{\"id\":1,\"a b\":\"long enough\",\"x\":\"y\",\"z\":null}", SAME},
    {&schemas_extra, "the others have a schema", "{\"id\":1,\"x\":\"long\",\"y\":2}",
     "/x must have at most 3 characters; /y must be a string"},
    {&schemas_tree, "a map that contains itself", "{\"value\":1,\"a\":{\"b\":{\"value\":2}},\"c\":{}}", SAME},
    {&schemas_tree, "and breaks its schema deep inside", "{\"a\":{\"b\":{\"value\":\"x\"}}}", "/a/b/value must be an integer"},
    {&schemas_nulls, "elements that may be null",
     "{\"numbers\":[1,null,5],\"objects\":[null,7],\"sizes\":[{\"w\":1},null]}", SAME},
    {&schemas_nulls, "and keep to their schema", "{\"numbers\":[6,\"x\",null,4],\"sizes\":[{}]}",
     "/numbers/0 must be at most 5; /numbers/1 must be an integer; /numbers must have at most 3 elements; "
     "/sizes/0/w is required"},
    {&schemas_merged, "members keep to the map that they are merged with", "{\"all\":9,\"few\":0,\"more\":1}", SAME},
    {&schemas_merged, "both schemas hold", "{\"all\":10,\"few\":-1,\"more\":-2}",
     "/all must be at most 9; /few must be at least 0; /more must be at least 0"},
    {&schemas_choices, "a discriminator by the name of a schema", "{\"pet\":{\"petType\":\"Cat\",\"lives\":9}}", SAME},
    {&schemas_choices, "by a mapping", "{\"pet\":{\"petType\":\"calf\",\"milk\":0.5}}", SAME},
    {&schemas_choices, "behind the members that it tells about", "{\"pet\":{\"lives\":9,\"x\":[{}],\"petType\":\"Cat\"}}",
     "{\"pet\":{\"petType\":\"Cat\",\"lives\":9}}"},
    {&schemas_choices, "with escapes", "{\"pet\":{\"pet\\u0054ype\":\"C\\u0061t\"}}", "{\"pet\":{\"petType\":\"Cat\"}}"},
    {&schemas_choices, "one of another name", "{\"pet\":{\"petType\":\"Cow\"},\"any\":1}", "/pet/petType must be one of: Cat, cow, calf, Ox"},
    {&schemas_choices, "none", "{\"pet\":{\"lives\":9}}", "/pet/petType is required"},
    {&schemas_choices, "no text", "{\"pet\":{\"petType\":1,\"lives\":9}}", "/pet/petType must be a string"},
    {&schemas_choices, "twice", "{\"pet\":{\"petType\":\"Cat\",\"petType\":\"Cow\"}}", "syntax"},
    {&schemas_choices, "cut short behind it", "{\"pet\":{\"petType\":\"Cat\",", "syntax"},
    {&schemas_choices, "no object", "{\"pet\":[]}", "/pet must be an object"},
    {&schemas_choices, "and what it chose is checked", "{\"pet\":{\"petType\":\"cow\",\"lives\":10},\"two\":\"\"}", "/pet/milk is required"},
    {&schemas_choices, "choices in choices",
     "{\"pet\":{\"petType\":\"Ox\",\"herd\":[{\"petType\":\"Ox\",\"herd\":[{\"petType\":\"Cat\"}]},{\"petType\":\"cow\",\"milk\":1}]}}",
     SAME},
    {&schemas_choices, "a violation deep inside", "{\"pet\":{\"herd\":[{\"herd\":[{\"petType\":\"x\"}],\"petType\":\"Ox\"}],\"petType\":\"Ox\"}}",
     "/pet/herd/0/herd/0/petType must be one of: Cat, cow, calf, Ox"},
    {&schemas_choices, "a choice or null", "{\"pet_or_null\":null}", SAME},
    {&schemas_choices, "and not null", "{\"pet_or_null\":{\"petType\":\"Cat\"}}", SAME},
    {&schemas_choices, "objects that a const tells apart",
     "{\"shapes\":[{\"kind\":\"circle\",\"r\":1},{\"n\":\"a\",\"kind\":\"arrow\"}]}", SAME},
    {&schemas_choices, "and is none of them", "{\"shapes\":[{\"kind\":\"square\"},{\"kind\":\"line\",\"r\":1}]}",
     "/shapes/0/kind must be one of: circle, line, arrow; /shapes/1/r is not known"},
    {&schemas_anything, "each kind of value", "[\"abc\",1,true,[],{\"a\":1},[[\"x\"]]]", SAME},
    {&schemas_anything, "and the bounds of each", "[\"abcd\",0,false,{\"a\":\"b\"},1.5]",
     "/0 must have at most 3 characters; /1 must be at least 1; /3/a must be an integer; /4 must be an integer"},
    {&schemas_choices, "several types", "{\"two\":\"ab\",\"numbers\":1.5}", SAME},
    {&schemas_choices, "the other, or null", "{\"two\":20}", SAME},
    {&schemas_choices, "or null", "{\"two\":null}", SAME},
    {&schemas_choices, "null of one of them", "{\"tiny\":null}", SAME},
    {&schemas_choices, "and within", "{\"tiny\":[\"a\",null,[null,true]]}", SAME},
    {&schemas_choices, "the keywords of each type", "{\"two\":\"abc\",\"numbers\":\"x\"}",
     "/two must have at most 2 characters; /numbers must be a number"},
    {&schemas_choices, "none of the types", "{\"two\":[{}]}", "/two must be a string or an integer"},
    {&schemas_choices, "a text that another allows", "{\"mood\":\"wild\"}", SAME},
    {&schemas_choices, "formats of a choice", "{\"id\":\"x\"}", "/id must be a UUID"},
    {&schemas_choices, "a part of each choice", "{\"thing\":{\"name\":\"n\",\"type\":\"Big\",\"tons\":3}}", SAME},
    {&schemas_choices, "what stands beside holds for each", "{\"thing\":{\"type\":\"Small\",\"grams\":3}}", "/thing/name is required"},
    {&schemas_patterns, "texts that match",
     "{\"slug\":\"ab-c\",\"short\":\"a-b\",\"phone\":\"+123\",\"name\":\"\xc3\x89lo\xc3\xafse O\xe2\x80\x99N\",\"a */\":\"xaa/\"}", SAME},
    {&schemas_patterns, "and those that do not",
     "{\"slug\":\"ab-\",\"short\":\"abcde\",\"phone\":\"+12\",\"secret\":\"a b1\",\"name\":\"\xc3\xa9\",\"a */\":\"a\"}",
     "/slug must match ^[a-z]+(-[a-z]+)*$; /short must match ^.{1,4}$; /phone must match ^\\+?\\d{3,}$; "
     "/secret must match ^(?=.*\\d)(?!.*\\s).{3,}$; /name must match ^\\p{Lu}[\\p{L} '\\u2019-]*$; /a *~1 must match a*/"},
    {&schemas_patterns, "both patterns of two parts", "{\"slug\":\"a\",\"short\":\"ABCDE\"}",
     "/short must match ^[a-z]+(-[a-z]+)*$; /short must match ^.{1,4}$"},
    {&schemas_patterns, "an escaped text is the same text", "{\"slug\":\"\\u0061\",\"short\":\"b\"}", "{\"slug\":\"a\",\"short\":\"b\"}"},
    {&schemas_choices, "a choice in a choice", "{\"nested\":{\"kind\":\"circle\",\"r\":2}}", SAME},
    {&schemas_choices, "and in that", "{\"nested\":7}", SAME},
    {&schemas_choices, "where null is", "{\"nested\":null}", SAME},
    {&schemas_choices, "and nothing else", "{\"nested\":[]}", "/nested must be a string or an integer or an object"},
    {&schemas_either, "all members of one alternative", "{\"a\":1,\"b\":\"x\"}", "{\"a\":1,\"b\":\"x\",\"d\":3}"},
    {&schemas_either, "or of several", "{\"a\":1,\"c\":true,\"d\":4}", SAME},
    {&schemas_either, "but not of none", "{\"b\":\"x\"}", " must have a and b, or c, or d"},
    {&schemas_exactly, "one alternative", "{\"b\":\"x\"}", SAME},
    {&schemas_exactly, "the other", "{\"next\":{},\"a\":1}", SAME},
    {&schemas_exactly, "both", "{\"a\":1,\"b\":\"x\"}", " must have either a, or b"},
    {&schemas_exactly, "none", "{}", " must have either a, or b"},
    {&schemas_choices, "maps of choices", "{\"named\":{\"a\":1.5,\"b\":\"good\",\"c\":{\"d\":[]}}}", SAME},
};

/* `text` decoded; then written again, or the violations, or "syntax". */
static const char *round_trip(const struct codec *codec, const char *text, struct uc_arena *arena, struct uc_buf *out)
{
    void *value = uc_arena_alloc(arena, codec->size);
    struct uc_violations bad;
    struct uc_json_reader r;
    struct uc_json_writer w;
    bool good;

    if (!value)
        return "no room";
    uc_buf_clear(out);
    uc_violations_init(&bad, arena);
    uc_json_reader_init(&r, uc_str(text), arena, &bad);
    good = codec->read(&r, value);
    if (uc_json_finish(&r)) {
        uc_buf_append(out, "syntax", 7);
        return out->data;
    }
    if (good != (bad.count == 0))
        return "the result and the violations disagree";
    uc_json_writer_init(&w, out);
    if (good)
        codec->write(&w, value);
    for (size_t i = 0; i < bad.count; i++)
        uc_buf_printf(out, "%s%.*s %.*s", i ? "; " : "", (int)bad.kept[i].where.len, bad.kept[i].where.data,
                      (int)bad.kept[i].detail.len, bad.kept[i].detail.data);
    uc_buf_append(out, "", 1);
    return out->data;
}

static void try_rows(struct uc_arena *arena, struct uc_buf *out)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *got = round_trip(rows[i].codec, rows[i].json, arena, out);
        const char *want = rows[i].want ? rows[i].want : rows[i].json;
        char name[160];

        snprintf(name, sizeof(name), "%s: %s", rows[i].codec->name, rows[i].name);
        if (!tap_ok(!strcmp(got, want), name))
            tap_note("got:  %s\n# want: %s", got, want);
        uc_arena_reset(arena);
    }
}

/* Every row again in arenas too small for it: refused, and never written beyond (the sanitizer looks). */
static void try_small_arenas(struct uc_buf *out)
{
    unsigned refused = 0, passed = 0;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        for (size_t limit = 64; limit < 8192; limit += 64) {
            struct uc_arena *arena = uc_arena_new(limit);
            bool fits;

            if (!arena)
                continue;
            round_trip(rows[i].codec, rows[i].json, arena, out);
            fits = !uc_arena_failed(arena);
            refused += !fits;
            passed += fits;
            uc_arena_free(arena);
            if (fits)
                break;
        }
    }
    tap_ok(refused > 0 && passed == sizeof(rows) / sizeof(rows[0]), "an arena that fills up refuses");
}

/* What handlers call. */
static void try_maps(struct uc_arena *arena)
{
    struct schemas_counts counts = {0};
    struct schemas_maps_sizes sizes = {0};
    struct schemas_maps_maybe maybe = {0};
    struct schemas_extra extra = {.id = 1};
    struct schemas_maps_sizes_value *size;
    struct schemas_maps_maybe_entry *entry;
    struct schemas_extra_extra_entry *other;
    struct uc_json_writer w;
    struct uc_buf out;

    tap_ok(schemas_counts_set(&counts, arena, uc_str("a"), 1) && schemas_counts_set(&counts, arena, uc_str("b"), 2) &&
               schemas_counts_set(&counts, arena, uc_str("a"), 3) && counts.count == 2 &&
               *schemas_counts_get(&counts, uc_str("a")) == 3 && !schemas_counts_get(&counts, uc_str("c")),
           "a value is set, replaced and found");
    size = schemas_maps_sizes_set(&sizes, arena, uc_str("s"));
    tap_ok(size && size->w == 0 && (size->w = 4) && schemas_maps_sizes_set(&sizes, arena, uc_str("s"))->w == 4,
           "an object is filled where it is");
    entry = schemas_maps_maybe_set(&maybe, arena, uc_str("m"));
    tap_ok(entry && entry->state == UC_NULL && schemas_maps_maybe_get(&maybe, uc_str("m")) == entry,
           "a value that may be null is so at first");
    other = schemas_extra_extra_set(&extra.extra, arena, uc_str("id"));
    uc_buf_init(&out, 256);
    uc_json_writer_init(&w, &out);
    schemas_extra_write(&w, &extra);
    tap_ok(other && out.len == 8 && !memcmp(out.data, "{\"id\":1}", 8), "no member is written twice");
    uc_buf_deinit(&out);
    uc_arena_reset(arena);
}

static void try_choices(struct uc_arena *arena)
{
    struct schemas_pet pet = {0};
    struct schemas_anything any = {0};
    struct schemas_cow *cow;
    struct uc_json_writer w;
    struct uc_buf out;

    uc_buf_init(&out, 256);
    uc_json_writer_init(&w, &out);
    schemas_pet_write(&w, &pet);
    tap_ok(out.len == 4 && !memcmp(out.data, "null", 4), "what is not chosen is null");
    uc_buf_clear(&out);
    uc_json_writer_init(&w, &out);
    cow = schemas_pet_set_cow(&pet, arena);
    tap_ok(cow && pet.kind == SCHEMAS_PET_COW && pet.as.cow == cow && cow->pet_type == SCHEMAS_COW_PET_TYPE_COW,
           "who chooses an object has the member that tells");
    schemas_pet_write(&w, &pet);
    tap_ok(out.len == 26 && !memcmp(out.data, "{\"petType\":\"cow\",\"milk\":0}", 26), "and it is written");
    schemas_anything_set_integer(&any, 5);
    tap_ok(any.kind == SCHEMAS_ANYTHING_INTEGER && any.as.integer == 5, "a number is chosen");
    uc_buf_deinit(&out);
    uc_arena_reset(arena);
}

int main(void)
{
    struct uc_arena *arena = uc_arena_new(1 << 20);
    struct uc_buf out;

    uc_buf_init(&out, 1 << 16);
    try_rows(arena, &out);
    try_maps(arena);
    try_choices(arena);
    try_small_arenas(&out);
    uc_buf_deinit(&out);
    uc_arena_free(arena);
    return tap_done();
}
