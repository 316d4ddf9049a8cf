"""Specs of a few kB, some of a few MB, that would take minutes or gigabytes: by name, codes and how to make one.

Each stands for a class: something that is done once for each of something else, or doubled at each level.
"""

from tests.nets import MAP
from tests.nets import spec as net

from .corpus import listed

CASES = {}
SUM = "1" + "+1" * 95
"""An expression of 191 steps, nearly as long as one may be."""
LONG = f"$({SUM})"


def case(name, *codes):
    """Enters a function that makes a text, and the codes that it must end in; "" stands for none."""
    def enter(make):
        CASES[name] = (codes, make)
        return make
    return enter


def variables(**given):
    """`vars:` of a file, one to a line."""
    return "vars:\n" + "".join(f"  {name}: {text}\n" for name, text in given.items())


def levels(first, template, count):
    """Variables of variables: v0 is `first`, each other one the template with the one before."""
    return variables(v0=first, **{f"v{i}": template.format(f"$v{i - 1}") for i in range(1, count)})


def block(name, layers, **args):
    """A block with its arguments, in a line of `blocks:`."""
    given = ", ".join(f"{key}: {text}" for key, text in args.items())
    return f"  {name}: {{args: {{{given}}}, layers: [{layers}]}}\n"


# Values that variables bring in ---------------------------------------------------------------

case("lists of lists of variables", "E003")(lambda: levels("1", "[" * 60 + "{}" + "]" * 60, 18) + net("dense: $v17"))
case("lists of eight variables each", "E408")(lambda: levels("[1, 1, 1, 1, 1, 1, 1, 1]", "[" + ", ".join(["{0}"] * 8) + "]", 12) + net("dense: $v11"))
case("mappings of two variables each", "E408")(lambda: levels("{a: 1}", "{{a: {0}, b: {0}}}", 40) + net("dense: $v39"))
case("a variable of many that are not used", "E408")(
    lambda: levels("[" + "1, " * 20_000 + "1]", "[{0}, {0}]", 30) + net("relu"))
case("a text of a MB, brought in 1,000 times", "E408")(
    lambda: variables(s="x" * 1_000_000, l="[" + "$s, " * 1_000 + "$s]") + net("dense: $l"))
case("arguments of arguments", "E408")(
    lambda: "blocks:\n" + "".join(block(f"A{i}", f"A{i + 1}: {{x: [{', '.join(['$x'] * 8)}]}}", x="1") for i in range(12))
    + block("A12", "dense: $x", x="1") + net("A0"))
case("a deep argument of an argument", "E003")(
    lambda: "blocks:\n" + "".join(block(f"A{i}", f"A{i + 1}: {{x: {'[' * 40}$x{']' * 40}}}", x="1") for i in range(30))
    + block("A30", "dense: $x", x="1") + net("A0"))
case("a chain of 500 variables", "", "W602")(lambda: levels("1", "{0}", 500) + net("relu: {when: $v499}"))
case("lists that are compared", "E406")(
    lambda: variables(u="[1, 2]", v="[1, 2]") + net("relu: {when: $(u == v)}"))
case("texts of a MB that are compared", "E403")(
    lambda: variables(u="x" * 1_000_000, v="x" * 1_000_000) + net("relu: {when: $(u == v), repeat: 50000}"))
case("a long list shown by a message", "E104")(lambda: levels("[" + "x, " * 8 + "x]", "[" + "{0}, " * 7 + "{0}]", 5) + net("dense: $v4"))

# Expressions ----------------------------------------------------------------------------------

case("99 arguments evaluated for every use", "E408")(
    lambda: f"x-e: &e {LONG}\nblocks:\n" + block("A", "relu", **{f"a{i}": "*e" for i in range(99)}) + net("A: {repeat: 99000}"))
case("a list evaluated for every use", "E408")(
    lambda: "blocks:\n" + block("A", "relu", a="1") + net(f"A: {{repeat: 50000, a: [{'$i, ' * 2_000}1]}}"))
case("a condition for every repetition", "E408")(lambda: net(f'relu: {{repeat: 99000, when: "{LONG}"}}'))
case("a condition that is false", "E408")(lambda: net(f'relu: {{repeat: 99000, when: "$({SUM} < 0)"}}'))
case("a default for every layer", "E408")(lambda: f'defaults: {{dense: {{units: "{LONG}"}}}}\n' + net("dense: {repeat: 99000}"))
case("an attribute for every layer", "E408")(lambda: net(f'relu: {{repeat: 99000, trainable: "$({SUM} > i)"}}'))
case("an activation for every layer", "E408")(
    lambda: variables(a="relu", b="tanh") + net(f'conv: {{filters: 3, kernel: 1, activation: "$(a if {SUM[:141]} > 9 else b)", repeat: 60000}}'))
case("a repetition in a block of 90,000 uses", "E408")(
    lambda: "blocks:\n" + block("A", f'relu: {{repeat: "$({SUM} - 95)"}}') + net("A: {repeat: 90000}"))
case("a claim for every use", "E408")(
    lambda: "blocks:\n" + block("A", f'relu: {{expect: {{features: "$({SUM})"}}}}') + net("A: {repeat: 50000}"))
case("claims of 90,000 layers", "E408")(
    lambda: "blocks:\n" + block("A", "relu: {expect: {channels: 3, size: [9, 9], receptive_field: 7}}") + net("A: {repeat: 90000}"))
case("claims of 1,900 variants", "E408")(
    lambda: variables(w="1") + net("relu", tail="x-c: &c {params: " + f'"{LONG}", macs: "{LONG}", flops: "{LONG}", buffers: "{LONG}"}}\nvariants: ['
    + listed("{{set: {{w: {}}}, expect: *c}}", 1_900) + "]\n"))
case("20,000 expressions that differ", "E408")(
    lambda: variables(w="1") + net(*(f"dense: $({i}{'+w' * 90})" for i in range(20_000))))
case("20,000 claims that differ", "E408")(lambda: net(*(f"relu: {{expect: {{channels: $({i}{'+1' * 90})}}}}" for i in range(20_000))))
case("500 variables known in 25,000 blocks", "E408")(
    lambda: variables(**{f"v{i}": "1" for i in range(500)}) + "blocks:\n" + "".join(f"  A{i}: {{layers: [dense: $v0]}}\n" for i in range(25_000)) + net("A0"))
case("500 variables, 99 arguments, 99,000 uses", "E408")(
    lambda: variables(**{f"v{i}": "1" for i in range(500)}) + "blocks:\n" + block("A", "relu", **{f"a{i}": "1" for i in range(99)}) + net("A: {repeat: 99000}"))
case("500 variables at 90,000 repetitions", "E408")(
    lambda: variables(**{f"v{i}": "1" for i in range(500)}) + net("dense: {units: $(i+1), repeat: 90000}"))
case("99 arguments in 25,000 uses", "E408")(
    lambda: "blocks:\n" + block("A", "relu", **{f"a{i}": "1" for i in range(99)}) + net(*["A: {a0: 2}"] * 30_000))
case("500 blocks of 99 arguments", "E408", "")(
    lambda: variables(**{f"v{i}": "1" for i in range(500)}) + "blocks:\n"
    + "".join(block(f"A{n}", "relu", **{f"a{i}": "1" for i in range(99)}) for n in range(900)) + net("A0"))
case("a long list in every layer", "E408")(
    lambda: variables(l="[" + "1, " * 50_000 + "1]") + net("anchor_boxes: {ratios: $l, scales: 8, trainable: $(i > 9), repeat: 90000}"))
case("powers of powers", "E403")(lambda: net('dense: "$(10**10**10)"'))
case("products of large numbers", "E403")(lambda: variables(v="9007199254740992") + net("dense: $(v*v)"))

# Layers, operands, names ------------------------------------------------------------------------

case("30 variants of 100,000 layers", "E408")(
    lambda: variables(w="1") + net("relu: {repeat: 100000}", tail="variants: [" + listed("{{set: {{w: {}}}}}", 30) + "]\n"))
case("30 models of 90,000 layers", "E408")(
    lambda: "x-m: &m {input: {features: 3}, layers: [relu: {repeat: 90000}]}\nmodels: {" + listed("m{}: *m", 30) + "}\n")
case("30,000 variants", "E408")(lambda: variables(w="1") + net("relu", tail="variants: [" + listed("{{set: {{w: {}}}}}", 30_000) + "]\n"))
case("9,000 models", "E408")(lambda: "x-m: &m {input: {features: 3}, layers: [relu]}\nmodels: {" + listed("m{}: *m", 9_000) + "}\n")
case("20,000 operands, 1,000 times", "E408")(lambda: net("relu: {name: a}", "add: {from: [" + "a, " * 20_000 + "a], repeat: 1000}"))
case("20,000 operands, 5 times", "")(lambda: net("relu: {name: a}", "add: {from: [" + "a, " * 20_000 + "a], repeat: 5}"))
case("20,000 operands in a block of 1,000 uses", "E408")(
    lambda: "blocks:\n" + block("A", "{relu: {name: a}}, {add: [" + "a, " * 20_000 + "a]}") + net("A: {repeat: 1000}"))
case("20,000 outputs of 1,000 variants", "E408")(
    lambda: variables(w="1") + net("relu: {name: a}", tail="outputs: [" + "a, " * 20_000 + "]\nvariants: [" + listed("{{set: {{w: {}}}}}", 1_000) + "]\n"))
case("40,000 inputs", "E208", "E408")(lambda: "inputs: {" + listed("i{}: {{features: 3}}", 40_000) + "}\nlayers: [relu]\n")
case("40,000 inputs of 1,000 variants", "E408", "E210")(
    lambda: variables(w="1") + "inputs: {" + listed("i{}: {{features: 3}}", 25_000) + "}\nlayers: [relu: {from: i0}]\nvariants: [" + listed("{{set: {{w: {}}}}}", 1_000) + "]\n")
case("names joined 30 levels deep", "E408")(
    lambda: "blocks:\n" + "".join(block(f"A{i}", f"A{i + 1}: {{name: {'n' * 100}}}") for i in range(30))
    + block("A30", "relu: {repeat: 90000}") + net(f"A0: {{name: {'n' * 100}}}"))
case("names of blocks of 900 letters", "E408")(
    lambda: f"blocks:\n  {'B' * 900}: {{layers: [{{relu: {{repeat: 9}}}}]}}\n" + net(f"{'B' * 900}: {{repeat: 9000}}"))
case("names of what is skipped, used again and again", "E408")(
    lambda: "blocks:\n" + block("A0", ", ".join(f"{{relu: {{name: n{i}, when: false}}}}" for i in range(50)) + ", {relu: {name: z}}")
    + "".join(block(f"A{i}", f"{{A{i - 1}: {{name: x}}}}, " + ", ".join(f"{{reuse: {{layer: x, from: prev, name: {y}}}}}" for y in "yz")) for i in range(1, 20)) + net("A19"))
case("a reference of 500,000 dots", "E201")(lambda: net("relu: {name: a}", "relu: {from: zz" + ".b" * 500_000 + "}"))
case("a reference of 500,000 dots to a layer", "E201")(lambda: net("relu: {name: a}", "relu: {from: a" + ".b" * 500_000 + "}"))
case("a reference of 1,900 dots at 50,000 places", "E201", "E408")(
    lambda: "blocks:\n" + block("A", "{relu: {name: a}}, {relu: {from: a" + ".b" * 1_900 + "}}") + net("A: {repeat: 30000}"))
case("a huge repetition that is skipped", "E408")(lambda: net("relu: {when: false, repeat: 9007199254740992}"))
case("nothing, 2^30 times", "E408")(
    lambda: "blocks:\n" + "".join(f"  A{i}: {{layers: [A{i + 1}: {{repeat: 30}}]}}\n" for i in range(30)) + "  A30: {layers: [{relu: {when: false}}]}\n" + net("A0"))

# Messages ---------------------------------------------------------------------------------------

case("a fault in 40,000 uses of a block", "E301")(
    lambda: "blocks:\n" + block("C", "{conv: {filters: 1, kernel: 99}}") + "  B: {layers: [" + "C: {from: input}, " * 200 + "]}\n" + net(*["B: {from: input}"] * 200))
case("an unknown name beside 50,000 names", "E201", "E408")(
    lambda: "blocks:\n" + block("C", "{relu: {name: x, repeat: 500}}, " + "{relu: {from: x.nope}}, " * 200) + net("C: {repeat: 90}"))
case("40,000 names behind an item that cannot be read", "E102")(
    lambda: net("rulu", *(f"relu: {{name: {'a' * 40}{i}}}" for i in range(9_000)), *(f"relu: {{from: z{i}z}}" for i in range(30_000))))
case("20,000 wrong claims of layers", "E103", "E408")(lambda: net(*["relu: {expect: {chanels: 3}}"] * 20_000))
case("60,000 wrong claims", "E103", "E408")(lambda: net("relu", tail="expect: {" + listed("k{}: 1", 60_000) + "}\n"))
case("aliases of a MB in every variant", "E004")(
    lambda: variables(w="1") + "x-s: &s " + "x" * 1_000_000 + "\n" + net("relu", tail="variants: [" + "{set: {w: *s}}, " * 900 + "]\n"))
case("variants that are called by long lists", "", "W602")(
    lambda: variables(w="1") + net("relu", tail="variants: [" + ("{set: {w: [" + "word, " * 150 + "]}}, ") * 900 + "]\n"))
case("failing claims of 1,900 variants", "E408", "X501")(
    lambda: "name: " + "x" * 100_000 + "\n" + variables(w="1") + net("conv: {filters: $w, kernel: 3}",
    tail="x-c: &c {params: 1, macs: 1, flops: 1, trainable: 1, buffers: 1, depth: 77}\nvariants: [" + listed("{{set: {{w: {}}}, expect: *c}}", 1_950, 50) + "]\n"))
case("failing claims of 9,000 layers", "X501", "E408")(
    lambda: "blocks:\n" + block("A", "relu: {expect: {channels: 77, receptive_field: 7}}") + net("A: {repeat: 9000}"))
case("200,000 comments that silence nothing", "W600", "E408")(lambda: net("relu") + "# cnncalc: ignore[X501]\n" * 150_000)
case("comments beside 10,000 findings", "W600", "E408", "X501")(
    lambda: net(*["relu: {expect: {channels: 9}} # cnncalc: ignore[X501]"] * 9_000) + "# cnncalc: ignore[X501]\n" * 50_000)
case("a comment of 500,000 codes", "W600")(lambda: net("relu") + "# cnncalc: ignore[" + "X1," * 500_000 + "]\n")
case("not a number in a variable", "E105")(lambda: variables(w=".nan", z=".inf") + net("relu"))
case("what Python warns of", "E402")(lambda: variables(w="1") + net('dense: "$(1if w else 2)"'))
case("a field of 5,000 digits", "X502")(
    lambda: "input: {channels: 1, size: [1]}\nlayers: [{conv: {filters: 1, kernel: 3, padding: 1, stride: 9007199254740992, repeat: 400}}]\nexpect: {receptive_field: 3}\n")
case("4 MB in the line of the findings", "X501")(
    lambda: MAP + "expect: {params: 1}\nlayers: [{relu: {x-a: " + "x" * 4_000_000 + "}}, " + "{conv: {filters: 3, kernel: 3, norm: batch_norm, bias: true, padding: same}}, " * 30 + "]\n")
